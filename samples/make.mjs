// Cuts three data sets of vega-datasets down to the columns the demo needs.
// node make.mjs <folder of the package's data> <target folder>
import {readFileSync, writeFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {join} from 'node:path';

const [, , data, target] = process.argv;

/** Reads CSV without line breaks inside fields; doubled quotes inside quoted fields are kept. */
function readCsv(name) {
  const lines = readFileSync(join(data, name), 'utf8').split(/\r?\n/).filter(line => line !== '');
  const header = fields(lines[0]);
  return lines.slice(1).map(line => {
    const values = fields(line);
    if (values.length !== header.length) throw new Error(`${name}: ${values.length} fields: ${line}`);
    return Object.fromEntries(header.map((column, i) => [column, values[i]]));
  });
}

function fields(line) {
  const found = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (quoted && c === '"' && line[i + 1] === '"') { field += '"'; i++; }
    else if (c === '"') quoted = !quoted;
    else if (c === ',' && !quoted) { found.push(field); field = ''; }
    else field += c;
  }
  found.push(field);
  return found;
}

/** Writes rows in a stable order by their first column; no field may need quotes. */
function writeCsv(name, columns, rows) {
  const sorted = rows.map((row, i) => [row, i]).sort(([a, i], [b, j]) =>
      a[columns[0]] < b[columns[0]] ? -1 : a[columns[0]] > b[columns[0]] ? 1 : i - j);
  const lines = [columns.join(',')];
  for (const [row] of sorted) {
    for (const column of columns) {
      if (/[",\n]/.test(String(row[column]))) throw new Error(`${name}: quote needed: ${row[column]}`);
    }
    lines.push(columns.map(column => row[column]).join(','));
  }
  writeFileSync(join(target, name), gzipSync(lines.join('\n') + '\n', {level: 9}));
  console.log(`${name}: ${rows.length} rows`);
}

// The four regions of the U.S. Census Bureau; territories count as "Territories".
const REGIONS = {
  Northeast: 'CT ME MA NH RI VT NJ NY PA',
  Midwest: 'IL IN MI OH WI IA KS MN MO NE ND SD',
  South: 'DE FL GA MD NC SC VA DC WV AL KY MS TN AR LA OK TX',
  West: 'AZ CO ID MT NV NM UT WY AK CA HI OR WA',
  Territories: 'PR VI GU AS MP',
};
const regionOfState = new Map(
    Object.entries(REGIONS).flatMap(([region, states]) => states.split(' ').map(s => [s, region])));
const regionOfAirport = new Map(
    readCsv('airports.csv').map(a => [a.iata, regionOfState.get(a.state)]));

writeCsv('flights.csv.gz', ['departed_at', 'origin', 'destination', 'origin_region', 'miles', 'delay_minutes'],
    JSON.parse(readFileSync(join(data, 'flights-20k.json'), 'utf8')).map(f => {
      const region = regionOfAirport.get(f.origin);
      if (!region) throw new Error(`no region for ${f.origin}`);
      return {
        departed_at: f.date.replaceAll('/', '-').replace(' ', 'T') + 'Z',
        origin: f.origin,
        destination: f.destination,
        origin_region: region,
        miles: f.distance,
        delay_minutes: f.delay,
      };
    }));

writeCsv('weather.csv.gz', ['date', 'location', 'precipitation_mm', 'temp_max', 'temp_min', 'wind', 'weather'],
    readCsv('weather.csv').map(w => ({...w, precipitation_mm: w.precipitation})));

writeCsv('birdstrikes.csv.gz',
    ['date', 'time_of_day', 'phase', 'wildlife_size', 'speed_knots', 'aircraft', 'damage'],
    readCsv('birdstrikes.csv').map(b => ({
      date: b['Flight Date'],
      time_of_day: b['Time of day'],
      phase: b['Phase of flight'],
      wildlife_size: b['Wildlife Size'],
      speed_knots: b['Speed IAS in knots'],
      aircraft: b['Aircraft Make Model'],
      damage: b['Effect Amount of damage'],
    })));
