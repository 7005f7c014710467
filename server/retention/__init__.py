"""How long a record is kept, what holds it, and how it is destroyed for good.

    law         years that jurisdictions ask for, with citations
    holding     until when a record is held, and by what: pure
    legal       holds that compliance set, and years that a contract asks for
    expiring    what would go, what is held and why; and letting it go
    replaying   what was destroyed stays destroyed, whatever was restored

What it is not: the keys (`server.keystore`), by whose destruction a record goes.
"""
