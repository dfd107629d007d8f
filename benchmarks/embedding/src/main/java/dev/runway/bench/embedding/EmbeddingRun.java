package dev.runway.bench.embedding;

import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Row;
import dev.runway.drift.embedding.ItemCounts;
import dev.runway.drift.embedding.ItemHash;
import dev.runway.drift.embedding.PairStatistics;
import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.drift.embedding.StabilityOptions;
import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.embedding.EmbeddingDecoder;
import dev.runway.embedding.space.SpaceDirectory;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.mult.MatrixMultProduct_DDRM;
import org.jspecify.annotations.Nullable;

/** One round of a case. */
final class EmbeddingRun {
  private static final int SAMPLE = 1_000;

  /** Numbers of a row of the limit: five of these are 20 KiB. */
  private static final int ROW = 512;

  /** The least block of EJML's; what is measured comes in whole ones. */
  private static final int BLOCK = 32;

  /** Of what is measured so much is played before. */
  private static final int WARM_PART = 2;

  /** Rows that a product of EJML takes at once: whichever is fastest counts. */
  private static final List<Integer> BLOCKS = List.of(32, 512, 4_096);

  /** Pairs that are enough for everything here, and soon added up. */
  private static final StabilityOptions FEW_PAIRS =
      new StabilityOptions(10, 1_000, 1_000, 4, 1_000);

  /** Read by nobody; written so that no work is left out. */
  static volatile double sink;

  private final EmbeddingCase measured;
  private final long seed;

  /** Events of a round: many of what is cheap. */
  private final int events;

  EmbeddingRun(EmbeddingCase measured, boolean quick, long seed) {
    this.measured = measured;
    this.seed = seed;
    this.events = events(measured, quick);
  }

  private static int events(EmbeddingCase measured, boolean quick) {
    int usual =
        switch (measured) {
          case SAMPLER, SAMPLER_HASH -> 1_000_000;
          case PAIRS_128, PAIRS_128_LOOP -> 400_000;
          case PAIRS_128_EJML -> 100_000;
          case TRAFFIC_512 -> 100_000;
          case PAIRS_512, PAIRS_512_LOOP -> 20_480;
          case PAIRS_512_EJML -> 10_000;
          case PAIRS_1024, PAIRS_1024_LOOP -> 8_192;
          case PAIRS_1024_EJML -> 4_096;
          case LOOK_1024 -> 4_096;
          case LOOK_512 -> EmbeddingSpace.usualSample(512);
          case STREAM_512 -> 1_000_000;
          case ROLLOUT_512 -> 100_000;
        };
    if (measured == EmbeddingCase.ROLLOUT_512) {
      // With fewer nothing is known of rotations.
      return quick ? EmbeddingSpace.usualSample(512) : usual;
    }
    // The clock of processor time ticks a hundred times a second: products must take some of them.
    int part = measured.ours().isOfPairs() ? 8 : 100;
    return quick ? Math.max(BLOCK, usual / part / BLOCK * BLOCK) : usual;
  }

  /** Warms up, and measures. */
  Row round() throws Exception {
    return switch (measured) {
      case SAMPLER -> sampler(true);
      case SAMPLER_HASH -> sampler(false);
      case PAIRS_128, PAIRS_512, PAIRS_1024 -> pairs();
      case PAIRS_128_LOOP, PAIRS_512_LOOP, PAIRS_1024_LOOP -> loop();
      case PAIRS_128_EJML, PAIRS_512_EJML, PAIRS_1024_EJML -> products();
      case TRAFFIC_512 -> traffic();
      case LOOK_512 -> look(StabilityOptions.standard());
      case LOOK_1024 -> look(FEW_PAIRS);
      case STREAM_512 -> JobRun.stream(row(), seed);
      case ROLLOUT_512 -> JobRun.rollout(row(), seed);
    };
  }

  /** Of which nothing is known yet but what it is. */
  private Row row() {
    return new Row(measured.title(), measured.kind(), measured.dimensions(), events, 0, 0, 0);
  }

  private Row row(Meter start) {
    return start.row(measured.title(), measured.kind(), measured.dimensions(), events);
  }

  private Row sampler(boolean whole) throws MalformedEvent {
    // As many as are larger than a cache; they are played several times.
    byte[][] values = Vectors.events(Vectors.random(20_000, measured.dimensions(), seed));
    RawEvent[] raws = new RawEvent[values.length];
    for (int i = 0; i < raws.length; i++) {
      raws[i] =
          new RawEvent(
              Vectors.id(i).getBytes(StandardCharsets.UTF_8),
              values[i],
              "runway.embeddings",
              0,
              i,
              Vectors.storedAt(),
              List.of());
    }
    EmbeddingDecoder decoder =
        new EmbeddingDecoder(
            TimeBounds.maxAge(Duration.ofDays(40)), Sampler.of(1), new OneSpace(measured));
    decoder.open(letter -> {});
    play(decoder, raws, raws.length, whole);
    Meter start = Meter.now();
    play(decoder, raws, events, whole);
    return row(start);
  }

  private static void play(EmbeddingDecoder decoder, RawEvent[] raws, int times, boolean whole)
      throws MalformedEvent {
    double sum = 0;
    for (int i = 0; i < times; i++) {
      RawEvent raw = raws[i % raws.length];
      sum += whole ? decode(decoder, raw) : hash(raw);
    }
    sink = sum;
  }

  private static double decode(EmbeddingDecoder decoder, RawEvent raw) throws MalformedEvent {
    return decoder.decode(raw) == null ? 0 : 1;
  }

  private static double hash(RawEvent raw) {
    byte[] key = raw.key();
    return Sampler.position(key == null ? new byte[0] : key);
  }

  private Row pairs() {
    float[][] before = Vectors.random(4 * BLOCK, measured.dimensions(), seed);
    float[][] after = Vectors.again(before, seed + 1);
    // The compiler's time is no part of it.
    add(before, after, Math.max(10 * BLOCK, events / WARM_PART));
    Meter start = Meter.now();
    sink = add(before, after, events).sums().pairs();
    return row(start);
  }

  private PairStatistics add(float[][] before, float[][] after, int pairs) {
    PairStatistics statistics =
        new PairStatistics(measured.dimensions(), measured.dimensions(), SAMPLE);
    for (int i = 0; i < pairs; i++) {
      statistics.add(ItemHash.of(i), before[i % before.length], after[i % after.length]);
    }
    return statistics;
  }

  /**
   * As many products as a pair takes, four rows into one, on rows that stay in the nearest cache:
   * what the compiler makes of the innermost loop, and nothing else.
   */
  private Row loop() {
    double[][] rows = new double[4][ROW];
    double[] into = new double[ROW];
    for (int j = 0; j < ROW; j++) {
      rows[j % 4][j] = 1e-3 * j;
    }
    long size = measured.dimensions();
    long products = size * (size + 1) + size * size;
    loop(into, rows, products * events / WARM_PART);
    Meter start = Meter.now();
    loop(into, rows, products * events);
    return row(start);
  }

  private static void loop(double[] into, double[][] rows, long products) {
    for (long done = 0; done < products; done += 4L * ROW) {
      addFour(into, rows[0], rows[1], rows[2], rows[3], 1, -2, 3, -4);
    }
    sink = into[1];
  }

  private static void addFour(
      double[] into,
      double[] r0,
      double[] r1,
      double[] r2,
      double[] r3,
      double a0,
      double a1,
      double a2,
      double a3) {
    for (int j = 0; j < into.length; j++) {
      into[j] = into[j] + ((a0 * r0[j] + a1 * r1[j]) + (a2 * r2[j] + a3 * r3[j]));
    }
  }

  /**
   * The three products that all sums of a pair cost next to nothing beside, of blocks of several
   * sizes; the fastest counts.
   */
  private Row products() {
    return BLOCKS.stream()
        .map(this::products)
        .min(Comparator.comparingDouble(Row::cpuNanosPerEvent))
        .orElseThrow();
  }

  private Row products(int rows) {
    DMatrixRMaj x = block(rows, seed);
    DMatrixRMaj y = block(rows, seed + 1);
    multiply(x, y, Math.max(Math.max(10 * BLOCK, rows), events / WARM_PART));
    int pairs = Math.max(1, events / rows) * rows;
    Meter start = Meter.now();
    multiply(x, y, pairs);
    return start
        .row(measured.title(), measured.kind(), measured.dimensions(), pairs)
        .with("rows_of_a_block", rows);
  }

  private DMatrixRMaj block(int rows, long of) {
    float[][] vectors = Vectors.random(rows, measured.dimensions(), of);
    DMatrixRMaj matrix = new DMatrixRMaj(rows, measured.dimensions());
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < matrix.numCols; j++) {
        matrix.unsafe_set(i, j, vectors[i][j]);
      }
    }
    return matrix;
  }

  private void multiply(DMatrixRMaj x, DMatrixRMaj y, int pairs) {
    int size = measured.dimensions();
    DMatrixRMaj xx = new DMatrixRMaj(size, size);
    DMatrixRMaj yy = new DMatrixRMaj(size, size);
    DMatrixRMaj xy = new DMatrixRMaj(size, size);
    DMatrixRMaj ofBlock = new DMatrixRMaj(size, size);
    for (int done = 0; done < pairs; done += x.numRows) {
      addProducts(x, ofBlock, xx);
      addProducts(y, ofBlock, yy);
      CommonOps_DDRM.multAddTransA(x, y, xy);
    }
    sink = xx.data[size] + yy.data[size] + xy.data[1];
  }

  /** The lower triangle of the rows' products with themselves: half of the work. */
  private static void addProducts(DMatrixRMaj rows, DMatrixRMaj ofBlock, DMatrixRMaj sum) {
    MatrixMultProduct_DDRM.inner_reorder_lower(rows, ofBlock);
    for (int i = 0; i < sum.numRows; i++) {
      int row = i * sum.numCols;
      for (int j = 0; j <= i; j++) {
        sum.data[row + j] += ofBlock.data[row + j];
      }
    }
  }

  private Row traffic() {
    float[][] vectors = Vectors.random(4 * BLOCK, measured.dimensions(), seed);
    traffic(vectors, events / 10);
    Meter start = Meter.now();
    sink = traffic(vectors, events).usable();
    return row(start);
  }

  private TrafficSums traffic(float[][] vectors, int times) {
    TrafficSums sums = new TrafficSums(measured.dimensions());
    for (int i = 0; i < times; i++) {
      sums.add(vectors[i % vectors.length], ItemHash.of(i), i, i);
    }
    return sums;
  }

  private Row look(StabilityOptions options) throws IOException {
    float[][] before = Vectors.random(events, measured.dimensions(), seed);
    float[][] after = Vectors.again(before, seed + 1);
    Meter start = Meter.now();
    sink = StabilityMeasures.of(add(before, after, events), ItemCounts.OF_PAIRS, options).pairs();
    Row row = row(start);
    return row.with(Summary.SECONDS, row.wallNanosPerEvent() * events / 1e9)
        .with(Summary.CORES, row.cpuNanosPerEvent() / row.wallNanosPerEvent())
        .with(Summary.PEAK_MEGABYTES, Peak.megabytes());
  }

  /** A directory of one space that keeps one item of a hundred. */
  private record OneSpace(int dimensions) implements SpaceDirectory.Factory {
    OneSpace(EmbeddingCase measured) {
      this(measured.dimensions());
    }

    @Override
    public SpaceDirectory open(ModelDirectory.Refused refused) {
      EmbeddingSpace space =
          new EmbeddingSpace(
              "bench",
              1,
              List.of(new EmbeddingSpace.Version("v1", dimensions)),
              List.of(),
              null,
              List.of(),
              0.01,
              EmbeddingSpace.usualSample(dimensions));
      return new SpaceDirectory() {
        @Override
        public @Nullable EmbeddingSpace find(String spaceId) {
          return space;
        }

        @Override
        public @Nullable EmbeddingSpace find(
            String spaceId, EmbeddingSpace.Version version, long asOfMillis) {
          return space;
        }

        @Override
        public boolean isUnreadable(String spaceId) {
          return false;
        }

        @Override
        public void close() {}
      };
    }
  }
}
