// A layered drawing of what depends on what: laid out by dagre, drawn as SVG, walked by mouse or arrow keys.

import {Graph, layout} from './lib/dagre/dagre.esm.js';
import {STATE_WORDS, svg} from './dom.js';

const HEIGHT = 40;
const PADDING = 24;
const DEPTH = 20; // Room for the number of steps.

const KINDS = {
  MODEL: 'model', VERSION: 'version', FEATURE: 'feature', DATA_SOURCE: 'source', PIPELINE: 'pipeline',
  DEPLOYMENT: 'deployment', DATASET: 'data set', EXPERIMENT: 'experiment',
};

function shortened(text) {
  return text.length <= 26 ? text : text.slice(0, 14) + '…' + text.slice(-10);
}

function small(node) {
  return [KINDS[node.kind] ?? node.kind, node.tier && 'tier ' + node.tier, node.staleness && STATE_WORDS[node.staleness]]
    .filter(Boolean).join(' · ');
}

/** Widths of texts, which are laid out before they are drawn, in the fonts of the style sheet. */
function measuring() {
  const pen = document.createElement('canvas').getContext('2d');
  return (text, font) => {
    pen.font = font;
    return pen.measureText(text).width;
  };
}

function laidOut(nodes, edges) {
  const widthOf = measuring();
  const graph = new Graph({multigraph: true});
  graph.setGraph({rankdir: 'LR', nodesep: 12, ranksep: 46, marginx: 8, marginy: 8});
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) {
    const width = PADDING + Math.max(widthOf(shortened(node.name), '600 12.5px system-ui, sans-serif') + DEPTH,
      widthOf(small(node), '11px system-ui, sans-serif'));
    graph.setNode(node.node_id, {width, height: HEIGHT});
  }
  edges.forEach((e) => graph.setEdge(e.upstream, e.downstream, {}, e.kind));
  layout(graph);
  return graph;
}

function path(points) {
  const [first, ...rest] = points;
  let d = `M${first.x},${first.y}`;
  for (let i = 0; i < rest.length; i++) {
    const next = rest[i + 1];
    d += next ? ` Q${rest[i].x},${rest[i].y} ${(rest[i].x + next.x) / 2},${(rest[i].y + next.y) / 2}` : ` L${rest[i].x},${rest[i].y}`;
  }
  return d;
}

/**
 * A drawing.
 *
 * @param nodes of {node_id, kind, name, tier, staleness}; the last two of models alone
 * @param edges of {upstream, downstream, kind}
 * @param onChoose with the id of a node
 * @returns {node, mark}; mark shows a node with what it touches, by its depth, and tells where it is
 */
export function drawing(nodes, edges, onChoose) {
  const graph = laidOut(nodes, edges);
  const {width, height} = graph.graph();
  const up = new Map(nodes.map((n) => [n.node_id, []]));
  const down = new Map(nodes.map((n) => [n.node_id, []]));
  const named = new Map(nodes.map((n) => [n.node_id, n]));
  edges.forEach((e) => {
    up.get(e.downstream).push(e.upstream);
    down.get(e.upstream).push(e.downstream);
  });

  const lines = graph.edges().map((e) => ({e, node: svg('path', {
    d: path(graph.edge(e).points), class: 'edge kind-' + e.name, 'marker-end': 'url(#arrow)'})}));
  const boxes = new Map(nodes.map((node) => [node.node_id, box(node, graph.node(node.node_id))]));
  const drawn = svg('svg', {viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`, width: Math.ceil(width), height: Math.ceil(height),
    class: 'graph', role: 'group', 'aria-label': `${nodes.length} things and ${edges.length} dependencies. Arrow keys walk along them, Enter tells whom one touches.`},
  svg('defs', null, svg('marker', {id: 'arrow', viewBox: '0 0 8 8', refX: 7.5, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto'},
    svg('path', {d: 'M0,0 L8,4 L0,8 z', class: 'arrow'}))),
  lines.map((l) => l.node), [...boxes.values()]);

  /** What is written in a box, which whoever speaks to it reads out, and what is not. */
  function words(node, depth) {
    return `${shortened(node.name)} ${small(node)} ${depth}. ` + (shortened(node.name) === node.name ? '' : node.name + '. ')
      + `Stands on ${up.get(node.node_id).length}, used by ${down.get(node.node_id).length}.`;
  }

  function box(node, at) {
    return svg('g', {class: 'node kind-' + node.kind + ' state-' + (node.staleness ?? 'none'), tabindex: -1, role: 'button',
      'aria-label': words(node, ''), 'data-node': node.node_id, transform: `translate(${at.x - at.width / 2},${at.y - at.height / 2})`,
      onclick: () => choose(node.node_id)},
    svg('title', null, node.node_id),
    svg('rect', {width: at.width, height: at.height, rx: node.kind === 'MODEL' ? 8 : 3}),
    svg('text', {x: 11, y: 17, class: 'name'}, shortened(node.name)), ' ', // Between words, for whoever reads them in a row.
    svg('text', {x: 11, y: 32, class: 'kind'}, small(node)), ' ',
    svg('text', {x: at.width - 6, y: 14, class: 'depth', 'text-anchor': 'end'}));
  }

  let here = nodes.find((n) => up.get(n.node_id).length === 0)?.node_id ?? nodes[0]?.node_id;
  function stand(id, focus) {
    boxes.get(here)?.setAttribute('tabindex', '-1');
    here = id;
    const node = boxes.get(id);
    node.setAttribute('tabindex', '0');
    if (focus) {
      node.focus();
      node.scrollIntoView({block: 'nearest', inline: 'nearest'});
    }
  }

  function choose(id) {
    stand(id, true);
    onChoose(id);
  }

  /** The nearest of some, by height. */
  function nearest(ids) {
    const y = graph.node(here).y;
    return [...ids].sort((a, b) => Math.abs(graph.node(a).y - y) - Math.abs(graph.node(b).y - y))[0];
  }

  /** The next one of the same column. */
  function beside(direction) {
    const {x, y} = graph.node(here);
    const others = nodes.map((n) => n.node_id).filter((id) => id !== here && Math.abs(graph.node(id).x - x) < 60
      && Math.sign(graph.node(id).y - y) === direction);
    return nearest(others);
  }

  drawn.addEventListener('keydown', (event) => {
    const to = {ArrowLeft: () => nearest(up.get(here)), ArrowRight: () => nearest(down.get(here)),
      ArrowUp: () => beside(-1), ArrowDown: () => beside(1)}[event.key];
    if (to) {
      event.preventDefault();
      const next = to();
      if (next) {
        stand(next, true);
      }
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      choose(here);
    }
  });

  function mark(id, above, below) {
    for (const [each, node] of boxes) {
      const depth = below.get(each) ?? above.get(each);
      node.classList.toggle('chosen', each === id);
      node.classList.toggle('above', above.has(each));
      node.classList.toggle('below', below.has(each));
      node.classList.toggle('aside', each !== id && !above.has(each) && !below.has(each));
      node.lastChild.textContent = depth === undefined ? '' : (below.has(each) ? '+' : '−') + depth;
      node.setAttribute('aria-label', words(named.get(each), node.lastChild.textContent));
    }
    for (const {e, node} of lines) {
      const inside = (set) => (e.v === id || set.has(e.v)) && (e.w === id || set.has(e.w));
      node.classList.toggle('lit', inside(below) || inside(above));
    }
    if (boxes.has(id)) {
      stand(id, false);
    }
    return graph.node(id);
  }

  if (here) {
    stand(here, false);
  }
  return {node: drawn, mark};
}
