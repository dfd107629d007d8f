-- Question: who depends on a thing, such as feature:age or model:homepage-ranker?
-- Answer: one row per thing and what stands on it, at most four steps away, with the fewest steps; ask for one by WHERE upstream = '...' around it. Farther than that: ./runway impact.
WITH e AS (
  SELECT upstream, downstream FROM graph_edges WHERE valid_to IS NULL),
one AS (
  SELECT upstream, downstream, 1 AS steps FROM e),
two AS (
  SELECT a.upstream, b.downstream, 2 AS steps FROM one AS a JOIN e AS b ON b.upstream = a.downstream),
three AS (
  SELECT a.upstream, b.downstream, 3 AS steps FROM two AS a JOIN e AS b ON b.upstream = a.downstream),
four AS (
  SELECT a.upstream, b.downstream, 4 AS steps FROM three AS a JOIN e AS b ON b.upstream = a.downstream)
SELECT upstream, downstream, MIN(steps) AS steps
FROM (
  SELECT upstream, downstream, steps FROM one
  UNION ALL SELECT upstream, downstream, steps FROM two
  UNION ALL SELECT upstream, downstream, steps FROM three
  UNION ALL SELECT upstream, downstream, steps FROM four)
GROUP BY upstream, downstream;
