"""What makes several processes one waiting room: requests, words, and who is there.

    edge --RemoteDoor--> Courier --rows--> RequestsDesk --> the home's own door
    edge <--Receiving-- Carrier (Redis, else rows) <--HomeLine-- home

`Cluster` (`server.cluster.cluster`) is all of it as one object. A process alone needs none.
"""
