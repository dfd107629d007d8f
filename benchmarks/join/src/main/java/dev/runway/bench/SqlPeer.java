package dev.runway.bench;

import dev.runway.flink.RawEvent;
import dev.runway.groundtruth.BenchmarkedJoin;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/** Flink SQL's interval join on the same decoded events: it pairs, and does no more. */
final class SqlPeer implements FlinkRun.Topology {
  private static final TypeInformation<Row> EVENT =
      Types.ROW_NAMED(
          new String[] {"id", "at", "answer"}, Types.STRING, Types.INSTANT, Types.DOUBLE);

  private final Workload workload;

  SqlPeer(Workload workload) {
    this.workload = workload;
  }

  @Override
  public void define(DataStream<RawEvent> predictions, DataStream<RawEvent> outcomes) {
    var tables = StreamTableEnvironment.create(predictions.getExecutionEnvironment());
    Schema schema =
        Schema.newBuilder()
            .column("id", DataTypes.STRING())
            .column("at", DataTypes.TIMESTAMP_LTZ(3))
            .column("answer", DataTypes.DOUBLE())
            .watermark("at", "SOURCE_WATERMARK()")
            .build();
    tables.createTemporaryView(
        "predictions",
        BenchmarkedJoin.predictions(predictions, workload.document())
            .map(
                (MapFunction<dev.runway.groundtruth.join.AdmittedPrediction, Row>)
                    event ->
                        row(event.key().predictionId(), event.predictedAtMillis(), event.score()))
            .returns(EVENT),
        schema);
    tables.createTemporaryView(
        "outcomes",
        BenchmarkedJoin.outcomes(outcomes, workload.document())
            .map(
                (MapFunction<dev.runway.groundtruth.join.AdmittedOutcome, Row>)
                    event ->
                        row(event.key().predictionId(), event.observedAtMillis(), event.actual()))
            .returns(EVENT),
        schema);
    tables
        .toDataStream(
            tables.sqlQuery(
                "SELECT p.id, p.answer, o.answer AS actual FROM predictions p JOIN outcomes o"
                    + " ON p.id = o.id AND o.`at` BETWEEN p.`at` AND p.`at` + "
                    + interval(workload.horizon())))
        .map(
            (MapFunction<Row, Row>)
                row -> {
                  BenchmarkedJoin.JOINED.increment();
                  return row;
                })
        .returns(Types.ROW(Types.STRING, Types.DOUBLE, Types.DOUBLE))
        .sinkTo(new DiscardingSink<>());
  }

  private static Row row(String id, long atMillis, double answer) {
    return Row.ofKind(RowKind.INSERT, id, Instant.ofEpochMilli(atMillis), answer);
  }

  /** In days and what is left: Flink knows no more than four digits of seconds. */
  static String interval(Duration duration) {
    return "INTERVAL '%d %02d:%02d:%02d.%03d' DAY(3) TO SECOND(3)"
        .formatted(
            duration.toDays(),
            duration.toHoursPart(),
            duration.toMinutesPart(),
            duration.toSecondsPart(),
            duration.toMillisPart());
  }
}
