-- Functions over sketches, tiles and profiles: docs/sql.md says what each takes and gives. Their jar is on the prompt's own class path;
-- elsewhere put it on the cluster's, or say behind each name: USING JAR '/path/to/runway-sql-functions-...-functions.jar'

CREATE TEMPORARY SYSTEM FUNCTION kll_sketch_agg_double AS 'dev.runway.sql.function.KllSketchAggDouble';
CREATE TEMPORARY SYSTEM FUNCTION kll_merge_agg_double AS 'dev.runway.sql.function.KllMergeAggDouble';
CREATE TEMPORARY SYSTEM FUNCTION kll_sketch_merge_double AS 'dev.runway.sql.function.KllSketchMergeDouble';
CREATE TEMPORARY SYSTEM FUNCTION kll_sketch_get_n_double AS 'dev.runway.sql.function.KllSketchGetNDouble';
CREATE TEMPORARY SYSTEM FUNCTION kll_sketch_get_quantile_double AS 'dev.runway.sql.function.KllSketchGetQuantileDouble';
CREATE TEMPORARY SYSTEM FUNCTION kll_sketch_get_rank_double AS 'dev.runway.sql.function.KllSketchGetRankDouble';
CREATE TEMPORARY SYSTEM FUNCTION kll_sketch_to_string_double AS 'dev.runway.sql.function.KllSketchToStringDouble';
CREATE TEMPORARY SYSTEM FUNCTION kll_sketch_merge_float AS 'dev.runway.sql.function.KllSketchMergeFloat';
CREATE TEMPORARY SYSTEM FUNCTION kll_sketch_get_n_float AS 'dev.runway.sql.function.KllSketchGetNFloat';
CREATE TEMPORARY SYSTEM FUNCTION kll_sketch_get_quantile_float AS 'dev.runway.sql.function.KllSketchGetQuantileFloat';
CREATE TEMPORARY SYSTEM FUNCTION kll_sketch_get_rank_float AS 'dev.runway.sql.function.KllSketchGetRankFloat';
CREATE TEMPORARY SYSTEM FUNCTION kll_sketch_to_string_float AS 'dev.runway.sql.function.KllSketchToStringFloat';
CREATE TEMPORARY SYSTEM FUNCTION hll_sketch_agg AS 'dev.runway.sql.function.HllSketchAgg';
CREATE TEMPORARY SYSTEM FUNCTION hll_union_agg AS 'dev.runway.sql.function.HllUnionAgg';
CREATE TEMPORARY SYSTEM FUNCTION hll_union AS 'dev.runway.sql.function.HllUnion';
CREATE TEMPORARY SYSTEM FUNCTION hll_sketch_estimate AS 'dev.runway.sql.function.HllSketchEstimate';
CREATE TEMPORARY SYSTEM FUNCTION tile_merge AS 'dev.runway.sql.function.TileMerge';
CREATE TEMPORARY SYSTEM FUNCTION tile_readings AS 'dev.runway.sql.function.TileReadings';
CREATE TEMPORARY SYSTEM FUNCTION tile_predictions AS 'dev.runway.sql.function.TilePredictions';
CREATE TEMPORARY SYSTEM FUNCTION tile_profile AS 'dev.runway.sql.function.TileProfile';
CREATE TEMPORARY SYSTEM FUNCTION tile_sketch AS 'dev.runway.sql.function.TileSketch';
CREATE TEMPORARY SYSTEM FUNCTION psi AS 'dev.runway.sql.function.Psi';
CREATE TEMPORARY SYSTEM FUNCTION kl_divergence AS 'dev.runway.sql.function.KlDivergence';
CREATE TEMPORARY SYSTEM FUNCTION js_distance AS 'dev.runway.sql.function.JsDistance';
CREATE TEMPORARY SYSTEM FUNCTION ks AS 'dev.runway.sql.function.Ks';
