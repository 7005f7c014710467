"""Plans asked for by people: what the question is made from, where it is answered, its view."""
