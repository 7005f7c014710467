"""256 words that are told apart when they are read out over a telephone."""

from __future__ import annotations

from typing import Final

TEXT: Final = """
acorn actor album amber anchor ankle apple apron arrow artist atlas attic autumn bacon badge
bagel bakery banana banjo barrel basil basket beach beaver berry bicycle biscuit blanket
blossom bottle branch bread breeze brick bridge broom brother bubble bucket budget butter
button cabin cactus camel camera candle canoe canvas carbon carpet carrot castle cedar cello
cement cereal cherry chicken chimney circle citrus clover cobalt coconut coffee comet copper
coral corner cotton cousin crayon cricket crystal cupboard curtain cushion daisy dancer denim
desert diamond dinner dolphin donkey dragon drawer eagle echo elbow elephant emerald engine
envelope fabric falcon farmer feather fiddle finger flannel flower forest fossil fountain
galaxy garage garden garlic gazelle giraffe glacier glove goblet granite grape guitar hammer
harbor harvest hazel helmet hermit hockey honey horizon hornet hotel igloo indigo insect
island ivory jacket jaguar jasmine jelly jigsaw journal jungle kangaroo kayak kettle kitchen
kitten koala ladder lagoon lantern lavender lemon leopard library lilac linen lizard lobster
lumber lunch magnet mango maple marble market meadow melon mirror morning muffin museum
mushroom napkin needle nickel noodle nutmeg oatmeal ocean olive onion orange orchid otter
oyster palace panda paper pasta peanut pebble pelican pencil penguin pepper piano pigeon
pillow pilot planet plaza pocket pony poppy potato puddle pumpkin puppet puzzle quarry rabbit
radio raisin ribbon river robin saddle sailor salmon sandal saturn scarf shadow shovel silver
spider spinach sponge squirrel stadium summer sunset teapot thunder ticket tiger timber tomato
tractor tulip tunnel turtle tuxedo umbrella valley vanilla velvet violin volcano waffle walnut
walrus window winter yellow zebra
"""
WORDS: Final = tuple(TEXT.split())
