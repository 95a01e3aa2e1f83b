/**
 * As much of a browser as the page's script needs, as types: the DOM's own types would make `window` and `document` look
 * real in all the rest of the program.
 */

export type PageElement = {
  textContent: string;
  className: string;
  hidden: boolean;
  disabled: boolean;
  value: string;
  title: string;
  type: string;
  readonly clientWidth: number;
  readonly dataset: Record<string, string | undefined>;
  readonly style: { color: string };
  readonly append: (...nodes: readonly (PageElement | string)[]) => void;
  readonly replaceChildren: (...nodes: readonly PageElement[]) => void;
  readonly remove: () => void;
  readonly setAttribute: (name: string, value: string) => void;
  readonly getAttribute: (name: string) => string | null;
  readonly removeAttribute: (name: string) => void;
  readonly addEventListener: (type: string, listener: () => void) => void;
  readonly scrollIntoView: (options: { readonly behavior: 'smooth' | 'auto'; readonly block: 'start' }) => void;
};

export type PageDocument = {
  readonly documentElement: PageElement;
  readonly body: PageElement;
  readonly createElement: (tag: string) => PageElement;
  readonly getElementById: (id: string) => PageElement | null;
  readonly querySelectorAll: (selector: string) => Iterable<PageElement>;
};

export type PageWindow = {
  readonly addEventListener: (type: string, listener: () => void) => void;
  readonly matchMedia: (query: string) => { readonly matches: boolean; readonly addEventListener: (type: 'change', listener: () => void) => void };
};

/** The part of uPlot that the charts use. */
export type Uplot = {
  readonly setSize: (size: { readonly width: number; readonly height: number }) => void;
  readonly destroy: () => void;
};

export type UplotPath = (chart: Uplot, series: number, from: number, to: number) => unknown;

export type UplotClass = {
  new (options: UplotOptions, data: readonly (readonly (number | null)[])[], host: PageElement): Uplot;
  readonly paths: { readonly stepped: (options: { readonly align: 1 | -1 }) => UplotPath };
};

export type UplotSeries = {
  readonly label: string;
  readonly value: (chart: Uplot, value: number | null) => string;
  readonly stroke?: string;
  readonly fill?: string;
  readonly width?: number;
  readonly paths?: UplotPath;
  readonly points?: { readonly show: boolean };
};

export type UplotAxis = {
  readonly stroke: string;
  readonly grid: { readonly stroke: string; readonly width: number };
  readonly ticks: { readonly stroke: string; readonly width: number };
  readonly space?: number;
  readonly incrs?: readonly number[];
  readonly size?: number;
  readonly splits?: (chart: Uplot, axis: number, from: number, to: number) => readonly number[];
  readonly values: (chart: Uplot, splits: readonly number[]) => readonly string[];
};

export type UplotOptions = {
  readonly width: number;
  readonly height: number;
  readonly padding: readonly [top: number, right: number, bottom: number, left: number];
  readonly cursor: { readonly sync?: { readonly key: string }; readonly y: boolean };
  readonly scales: { readonly x: UplotScale; readonly y: UplotScale };
  readonly series: readonly UplotSeries[];
  readonly axes: readonly UplotAxis[];
};

export type UplotScale = {
  readonly time: boolean;
  readonly range?: (chart: Uplot, min: number | null, max: number | null) => readonly [number, number];
};
