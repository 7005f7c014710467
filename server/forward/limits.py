"""How much a patient may send, and what it is made into."""

from __future__ import annotations

from typing import Final

FILE_BYTES_MAX: Final = 12 * 1024 * 1024
IMAGES_MAX: Final = 24
"""Of one visit, photos; the treatments of one visit want a dozen at most."""
RECORD_PAGES_MAX: Final = 20
"""Of one visit, pages of records."""
SENT_MAX: Final = 150
"""Of one visit, pictures ever stored, those taken back included."""
PIXELS_MAX: Final = 50_000_000
"""Width times height of what is decoded: more is no photo of a telephone."""
SHORT_SIDE_MIN: Final = 400
"""Pixels of a photo: less shows too little of skin."""
LONG_SIDE_MAX: Final = 2_048
THUMBNAIL_SIDE_MAX: Final = 320
QUALITY: Final = 88
PAGE_SIDE_MAX_PT: Final = 5_000
"""Points (1/72 inch) of a page: more is no sheet of paper."""
PICTURE_BYTES_MAX: Final = 8 * 1024 * 1024
"""Of one picture, as encoded here: noise of 2048 by 2048 pixels stays below."""
ANSWER_BYTES_MAX: Final = RECORD_PAGES_MAX * PICTURE_BYTES_MAX
CPU_S: Final = 20
NICE: Final = 10
"""How far a decoder stands back: calls that go on need the processor first."""
WALL_S: Final = 30.0
MEMORY_BYTES_MAX: Final = 1_200 * 1024 * 1024
READ_S: Final = 240.0
"""For 12 MB at half a megabit a second."""
UPLOADS_PER_WINDOW_MAX: Final = 120
"""Of one visit, files that are sent within the window of attempts, whatever becomes of them."""
