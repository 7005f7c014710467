"""An exam without a live visit: what the patient sends, and how it comes in.

    sniffing     what bytes are, by their first few
    pictures     a photo or a page as a clean JPEG; run in a process of its own only
    decoding     that process
    sanitising   asking it, with limits on time and memory
    wanted       which photos an exam wants
    reviewable   what a review can still evidence
    offering     whether the rules could permit it, and whether they permit what was sent
    due          by when somebody looks at it
    view         what the patient's page shows of it

Taking files in and submitting them is `server.patient_forward`.
"""
