// The frame of a page: demo banner, a header with a name and room at its side, the content.

import type { ComponentChildren, JSX } from "preact";
import { Banner } from "./Banner";

export interface ShellProps {
  readonly title: string;
  readonly demo: boolean;
  readonly side?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function Shell(props: ShellProps): JSX.Element {
  return (
    <>
      <Banner demo={props.demo} />
      <header class="gf-header">
        <strong>{props.title}</strong>
        <div class="gf-header-side">{props.side}</div>
      </header>
      <main id="main" class={props.class} tabIndex={-1}>
        {props.children}
      </main>
    </>
  );
}
