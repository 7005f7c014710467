// Measures in a page: when a click happened, and when the first remote frame was decoded.
// Both the product's pages and the bare pair are timed by exactly this code.
(() => {
  const now = () => performance.timeOrigin + performance.now();

  // Resolves with the moment at which `video` has decoded its first frame.
  const firstFrame = (video) =>
    new Promise((resolve) => {
      const done = () => resolve(now());
      if (video.getVideoPlaybackQuality().totalVideoFrames > 0) {
        done();
        return;
      }
      video.requestVideoFrameCallback(done);
      const poll = setInterval(() => {
        if (video.getVideoPlaybackQuality().totalVideoFrames > 0) {
          clearInterval(poll);
          done();
        }
      }, 2);
    });

  // Waits for the call's remote video to appear and to decode a frame.
  const watchRemote = () =>
    new Promise((resolve) => {
      const look = () => {
        const video = document.querySelector("[data-testid=call-remote]");
        if (video !== null) {
          observer.disconnect();
          firstFrame(video).then(resolve);
        }
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { childList: true, subtree: true });
      look();
    });

  // Two connections inside this page, both ways, streams held beforehand.
  const barePair = async (stream) => {
    const videos = [document.createElement("video"), document.createElement("video")];
    for (const video of videos) {
      video.autoplay = true;
      video.muted = true;
      video.playsInline = true;
      document.body.append(video);
    }
    const began = now();
    const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
    a.onicecandidate = (event) => b.addIceCandidate(event.candidate);
    b.onicecandidate = (event) => a.addIceCandidate(event.candidate);
    a.ontrack = (event) => {
      videos[0].srcObject = event.streams[0];
    };
    b.ontrack = (event) => {
      videos[1].srcObject = event.streams[0];
    };
    const frames = Promise.all(videos.map(firstFrame));
    for (const track of stream.getTracks()) {
      a.addTrack(track, stream);
      b.addTrack(track, stream);
    }
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription);
    const ended = Math.max(...(await frames));
    a.close();
    b.close();
    for (const video of videos) {
      video.remove();
    }
    return ended - began;
  };

  window.bench = { now, watchRemote, barePair };
})();
