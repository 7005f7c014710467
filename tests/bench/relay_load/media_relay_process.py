"""aiortc's MediaRelay as a process: two peers, each sent what the other sends, decoded anew.

{"offers": [SDP, SDP]}      one line in
{"answers": [SDP, SDP]}     one line out; it ends when its input does
"""

from __future__ import annotations

import asyncio
import json
import sys

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay

from server.rehearsal.peer import loopback_as_last_resort


async def serve() -> None:
    """Answer two offers and relay until the input ends."""
    line = await asyncio.to_thread(sys.stdin.readline)
    peers = [RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2)]
    relay = MediaRelay()
    for peer, offer in zip(peers, json.loads(line)["offers"], strict=True):
        await peer.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
    for peer, other in (peers, peers[::-1]):
        for receiver in other.getReceivers():
            peer.addTrack(relay.subscribe(receiver.track))
    for peer in peers:
        await peer.setLocalDescription(await peer.createAnswer())
    print(json.dumps({"answers": [peer.localDescription.sdp for peer in peers]}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for peer in peers:
        await peer.close()


if __name__ == "__main__":
    with loopback_as_last_resort():
        asyncio.run(serve())
