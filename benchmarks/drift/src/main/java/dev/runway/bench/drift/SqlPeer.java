package dev.runway.bench.drift;

import dev.runway.bench.drift.Load.Encoding;
import dev.runway.flink.RawEvent;
import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.FeatureSink;
import dev.runway.model.MalformedEvent;
import dev.runway.model.PositionedFeatureSink;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.types.Row;

/**
 * What one writes in Flink SQL: features exploded to rows, and an aggregate function that counts
 * them by model, version, feature and minute; it can merge, so Flink counts in memory before it
 * does in RocksDB. Decoded by our codecs; twenty bins and nothing else.
 */
final class SqlPeer implements DriftRun.Topology {
  static final int BINS = 20;

  /** Values counted in the windows that have ended. */
  static final LongAdder COUNTED = new LongAdder();

  private static final TypeInformation<Row> EVENT =
      Types.ROW_NAMED(
          new String[] {"model", "version", "at", "features"},
          Types.STRING,
          Types.STRING,
          Types.INSTANT,
          PrimitiveArrayTypeInfo.DOUBLE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final Load load;

  SqlPeer(Load load) {
    this.load = load;
  }

  @Override
  public void define(DataStream<RawEvent> predictions) {
    var tables = StreamTableEnvironment.create(predictions.getExecutionEnvironment());
    tables.createTemporaryView(
        "predictions",
        predictions.map(new Decode(load)).returns(EVENT),
        Schema.newBuilder()
            .column("model", DataTypes.STRING())
            .column("version", DataTypes.STRING())
            .column("at", DataTypes.TIMESTAMP_LTZ(3))
            .column(
                "features", DataTypes.ARRAY(DataTypes.DOUBLE().notNull()).bridgedTo(double[].class))
            .watermark("at", "SOURCE_WATERMARK()")
            .build());
    tables.createTemporarySystemFunction("EXPLODE", Explode.class);
    tables.createTemporarySystemFunction("BINS", Bins.class);
    tables.executeSql(
        "CREATE TEMPORARY VIEW feature_values AS"
            + " SELECT model, version, `at`, feature, number"
            + " FROM predictions, LATERAL TABLE(EXPLODE(features)) AS f(feature, number)");
    tables
        .toDataStream(
            tables.sqlQuery(
                "SELECT model, version, feature, window_start, BINS(number) AS counts"
                    + " FROM TABLE(TUMBLE(TABLE feature_values, DESCRIPTOR(`at`),"
                    + " INTERVAL '1' MINUTE))"
                    + " GROUP BY model, version, feature, window_start, window_end"))
        .map(
            (MapFunction<Row, Long>)
                row -> {
                  long sum = 0;
                  for (Long count : (Long[]) row.getFieldAs("counts")) {
                    sum += count;
                  }
                  COUNTED.add(sum);
                  return sum;
                })
        .returns(Types.LONG)
        .sinkTo(new DiscardingSink<>());
  }

  /** Bytes to the columns of the table. */
  private static final class Decode implements MapFunction<RawEvent, Row> {
    private final Load load;

    Decode(Load load) {
      this.load = load;
    }

    @Override
    public Row map(RawEvent event) throws MalformedEvent {
      Slots slots = new Slots(load.counted());
      Prediction prediction =
          load.encoding() == Encoding.AVRO
              ? AvroPredictionCodec.read(event.value(), slots)
              : PredictionCodec.read(event.value(), slots);
      slots.values[load.features()] = prediction.score();
      return Row.of(
          prediction.modelId(),
          prediction.modelVersion(),
          Instant.ofEpochMilli(prediction.predictedAtMillis()),
          slots.values);
    }
  }

  /** The values of a prediction in the order they are in, which is the same in both encodings. */
  private static final class Slots implements PositionedFeatureSink, FeatureSink {
    private final double[] values;
    private int next;

    Slots(int size) {
      values = new double[size];
      Arrays.fill(values, Double.NaN);
    }

    @Override
    public void number(int position, double value) {
      values[position] = value;
    }

    @Override
    public void number(String name, double value) {
      values[next++] = value;
    }

    @Override
    public void category(int position, String value) {}

    @Override
    public void category(String name, String value) {}

    @Override
    public void missing(String name) {
      next++;
    }

    @Override
    public void end(int count) {}
  }

  /** Features to rows. */
  @FunctionHint(output = @DataTypeHint("ROW<feature INT NOT NULL, number DOUBLE NOT NULL>"))
  public static final class Explode extends TableFunction<Row> {
    public void eval(@DataTypeHint("ARRAY<DOUBLE NOT NULL>") double[] features) {
      for (int i = 0; i < features.length; i++) {
        collect(Row.of(i, features[i]));
      }
    }
  }

  /** Counts of a feature's values. */
  public static final class Counts {
    public long[] bins = new long[BINS];
  }

  /** Twenty bins of half a standard deviation. */
  @FunctionHint(input = @DataTypeHint("DOUBLE"), output = @DataTypeHint("ARRAY<BIGINT NOT NULL>"))
  public static final class Bins extends AggregateFunction<Long[], Counts> {
    @Override
    public Counts createAccumulator() {
      return new Counts();
    }

    public void accumulate(Counts counts, Double number) {
      int bin = (int) Math.floor(number * 2) + BINS / 2;
      counts.bins[Math.max(0, Math.min(BINS - 1, bin))]++;
    }

    /** So that Flink may count in memory first, as far as it does. */
    public void merge(Counts counts, Iterable<Counts> others) {
      for (Counts other : others) {
        for (int i = 0; i < BINS; i++) {
          counts.bins[i] += other.bins[i];
        }
      }
    }

    @Override
    public Long[] getValue(Counts counts) {
      return Arrays.stream(counts.bins).boxed().toArray(Long[]::new);
    }
  }
}
