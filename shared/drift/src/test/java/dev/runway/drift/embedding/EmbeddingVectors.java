package dev.runway.drift.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.drift.performance.PerformanceVectors;
import dev.runway.drift.performance.PerformanceVectors.Evaluator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ejml.data.DMatrixRMaj;

/** Evaluators of the embedding vectors. */
public final class EmbeddingVectors {

  /**
   * Metrics that only these tests evaluate, by code of their own: the product does not measure
   * them. The Frechet distance says of two versions what CKA, residual and centroids say already;
   * MMD is blind to items that have changed places.
   */
  public static final Set<String> REFERENCE_ONLY = Set.of("frechet", "mmd", "mmd_rff");

  private EmbeddingVectors() {}

  public static Map<String, Evaluator> evaluators() {
    Map<String, Evaluator> evaluators = new LinkedHashMap<>();
    evaluators.put("procrustes", EmbeddingVectors::procrustes);
    evaluators.put("mean_cosine_from_sums", EmbeddingVectors::meanCosine);
    evaluators.put("linear_cka", EmbeddingVectors::cka);
    evaluators.put("eigenspace", EmbeddingVectors::eigenspace);
    evaluators.put("knn_overlap", EmbeddingVectors::neighbours);
    evaluators.put("frechet", EmbeddingVectors::frechet);
    evaluators.put("centroid_norm", EmbeddingVectors::centroidsAndNorms);
    evaluators.put("mmd", EmbeddingVectors::mmd);
    evaluators.put("mmd_rff", EmbeddingVectors::fourierMeans);
    evaluators.put("anisotropy", EmbeddingVectors::anisotropy);
    evaluators.put("consistent_sample", EmbeddingVectors::sample);
    return evaluators;
  }

  private static double[][] rows(JsonNode node) {
    double[][] rows = new double[node.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = PerformanceVectors.doubles(node.get(i));
    }
    return rows;
  }

  private static float[][] floats(double[][] rows) {
    float[][] floats = new float[rows.length][rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        floats[i][j] = (float) rows[i][j];
      }
    }
    return floats;
  }

  private static PairSums sums(double[][] x, double[][] y) {
    PairSums sums = new PairSums(x[0].length, y[0].length);
    for (int i = 0; i < x.length; i++) {
      sums.add(x[i], y[i]);
    }
    return sums;
  }

  private static PairSums sums(JsonNode input) {
    return sums(rows(input.get("x")), rows(input.get("y")));
  }

  private static PairMoments moments(JsonNode input) {
    return new PairMoments(sums(input));
  }

  private static Object procrustes(JsonNode input) {
    PairSums sums = sums(input);
    Procrustes procrustes = Procrustes.of(new PairMoments(sums));
    SampleRows rows =
        new SampleRows(
            new DMatrixRMaj(rows(input.get("x"))), new DMatrixRMaj(rows(input.get("y"))));
    double[] cosines = procrustes.cosines(rows);
    List<List<Double>> rotation = new ArrayList<>();
    for (int i = 0; i < procrustes.rotation().numRows; i++) {
      List<Double> row = new ArrayList<>();
      for (int j = 0; j < procrustes.rotation().numCols; j++) {
        row.add(procrustes.rotation().get(i, j));
      }
      rotation.add(row);
    }
    return Map.of(
        "rotation", rotation,
        "nuclearNorm", procrustes.nuclearNorm(),
        "residualSq", procrustes.residual(),
        "normalisedResidual", procrustes.normalisedResidual(),
        "meanCosineAligned", Arrays.stream(cosines).average().orElseThrow(),
        "minCosineAligned", Arrays.stream(cosines).min().orElseThrow(),
        "meanCosineRaw", sums.cosines() / sums.pairs());
  }

  private static double[][] units(double[][] rows) {
    double[][] units = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      double norm = Math.sqrt(CrossProducts.dot(rows[i], rows[i]));
      units[i] = Arrays.stream(rows[i]).map(value -> value / norm).toArray();
    }
    return units;
  }

  private static Object meanCosine(JsonNode input) {
    PairSums sums = sums(units(rows(input.get("x"))), units(rows(input.get("y"))));
    return Procrustes.of(new PairMoments(sums)).nuclearNorm() / sums.pairs();
  }

  private static Object cka(JsonNode input) {
    Cka cka = Cka.of(moments(input));
    return Map.of("cka", cka.plain(), "ckaDebiased", cka.debiased());
  }

  private static Object eigenspace(JsonNode input) {
    Eigenspace eigenspace = Eigenspace.of(moments(input));
    return Map.of("instability", eigenspace.instability(), "overlap", eigenspace.overlap());
  }

  private static Object neighbours(JsonNode input) {
    float[][] x = floats(rows(input.get("x")));
    float[][] y = floats(rows(input.get("y")));
    Neighbours found = Neighbours.of(x, y, x.length, input.get("k").asInt());
    return Map.of(
        "overlap", Arrays.stream(found.overlaps()).average().orElseThrow(),
        "jaccard", Arrays.stream(found.jaccards()).average().orElseThrow());
  }

  private static Object frechet(JsonNode input) {
    PairMoments moments = moments(input);
    return Map.of(
        "raw", Frechet.raw(moments),
        "aligned", Frechet.aligned(moments, Procrustes.of(moments).rotation()));
  }

  private static Object centroidsAndNorms(JsonNode input) {
    PairSums sums = sums(input);
    Centroids centroids = new Centroids(new PairMoments(sums));
    return Map.of(
        "centroidDistance", centroids.distance(),
        "centroidCosine", centroids.cosine(),
        "meanNormRatio", sums.after().norms / sums.before().norms);
  }

  private static Object mmd(JsonNode input) {
    double[][] x = rows(input.get("x"));
    double width = Mmd.medianWidth(x);
    Mmd mmd = Mmd.of(x, rows(input.get("y")), width);
    return Map.of("sigma2", width, "biased", mmd.biased(), "unbiased", mmd.unbiased());
  }

  private static Object fourierMeans(JsonNode input) {
    double[][] frequencies = rows(input.get("w"));
    double[] phases = PerformanceVectors.doubles(input.get("b"));
    FourierMeans x = new FourierMeans(frequencies, phases);
    FourierMeans y = new FourierMeans(frequencies, phases);
    for (double[] row : rows(input.get("x"))) {
      x.add(row);
    }
    for (double[] row : rows(input.get("y"))) {
      y.add(row);
    }
    return x.squaredDistance(y);
  }

  private static Object anisotropy(JsonNode input) {
    double[][] x = rows(input.get("x"));
    PairSums sums = sums(x, x);
    Spread spread = Spread.of(new PairMoments(sums).centredXx);
    return Map.of(
        "meanCosine", Spread.anisotropy(sums.before().units, sums.pairs()),
        "participationRatio", spread.participationRatio(),
        "effectiveRank", spread.effectiveRank());
  }

  private static Object sample(JsonNode input) {
    double rate = input.get("rate").asDouble();
    List<Double> kept = new ArrayList<>();
    for (JsonNode id : input.get("ids")) {
      if (ItemHash.position(ItemHash.of(id.asLong())) < rate) {
        kept.add(id.asDouble());
      }
    }
    return kept;
  }
}
