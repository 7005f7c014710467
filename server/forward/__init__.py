"""An exam without a live visit: what the patient sends, and how it comes in.

sniffing     what bytes are, by their first few
pictures     a photo or a page as a clean JPEG; run in a process of its own only
decoding     that process
sanitising   asking it, with limits on time and memory
views_wanted which photos an exam wants
offering     whether the rules would permit it at all
packet       what is missing before it may be submitted
uploading    taking a file in, giving it back, taking it out again
submitting   choosing, submitting, going over to live video
"""
