"""Writing to patients: which link, in which words, by mail or text message.

putting.py    in the transaction of what happened: a link, a sealed row, a place in the outbox
wording.py    the words, in the patient's language; a link and no clinical word
channel.py    one message opened and handed to a carrier
email.py, sms.py    the carriers
gateways.py   the outbox's destinations that stand for the carriers
"""
