"""What a patient consents to: documents, which of them an exam needs, and what was accepted.

    library        parts of documents: general texts and what a jurisdiction adds
    circumstances  which documents an exam needs, by place, modality and age
    accepting      what was accepted against what was shown

A text is never changed in place: other words are another version. What somebody accepted is
proved by kind, version, language and the SHA-256 of exactly the text that was shown.
"""
