// Which browser is this, as far as help texts need to know. Pure: from the user agent string.
//
// Browsers inside other apps often cannot use the camera at all, and say so in unhelpful ways.

export type Platform = "ios" | "android" | "desktop";

export interface BrowserKind {
  readonly platform: Platform;
  /** The app whose built-in browser this is, or null in a real browser. */
  readonly inApp: string | null;
}

const IN_APP: readonly (readonly [RegExp, string])[] = [
  [/Instagram/i, "Instagram"],
  [/FB_IAB|FBAN|FBAV/i, "Facebook"],
  [/musical_ly|BytedanceWebview|TikTok|trill/i, "TikTok"],
  [/\bLine\//i, "Line"],
  [/Snapchat/i, "Snapchat"],
  [/\bTwitter/i, "X"],
  [/LinkedInApp/i, "LinkedIn"],
  [/MicroMessenger/i, "WeChat"],
];

/** Judge a user agent. `touchPoints` tells an iPad, which calls itself a Mac, from a Mac. */
export function browserKind(userAgent: string, touchPoints = 0): BrowserKind {
  const platform = platformOf(userAgent, touchPoints);
  const named = IN_APP.find(([pattern]) => pattern.test(userAgent));
  if (named !== undefined) {
    return { platform, inApp: named[1] };
  }
  return { platform, inApp: isBareWebView(userAgent, platform) ? "app" : null };
}

function platformOf(userAgent: string, touchPoints: number): Platform {
  if (/iPhone|iPad|iPod/.test(userAgent)) {
    return "ios";
  }
  if (/Macintosh/.test(userAgent) && touchPoints > 1) {
    return "ios";
  }
  return /Android/.test(userAgent) ? "android" : "desktop";
}

/** Real browsers sign with their own name: Safari, CriOS, FxiOS, EdgiOS; a web view does not. */
function isBareWebView(userAgent: string, platform: Platform): boolean {
  if (platform === "ios" && /AppleWebKit/.test(userAgent)) {
    return !/Safari\/|CriOS|FxiOS|EdgiOS|DuckDuckGo|OPT\//.test(userAgent);
  }
  return platform === "android" && /; wv\)/.test(userAgent);
}
