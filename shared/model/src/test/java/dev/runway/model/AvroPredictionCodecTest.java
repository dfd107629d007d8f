package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The codec against Avro's own library, a file of the first release, and bad bytes. */
class AvroPredictionCodecTest {
  private static final List<@Nullable Object> FEATURES =
      Arrays.asList(1.5, null, "WN", 7L, -2.5f, true, Double.NEGATIVE_INFINITY, "ü");

  private static final Prediction PREDICTION =
      new Prediction(
          "p-1",
          "late-arrival",
          "v2",
          983427300000L,
          0.25,
          "late",
          -3.5,
          List.of("a", "b"),
          "e-7",
          "eu",
          "exp",
          "b",
          0.5,
          4);

  private static final Prediction MINIMAL =
      new Prediction(
          "p-2", "m", "1", -1, 0, null, Double.NaN, null, null, null, null, null, Double.NaN, 1);

  @Test
  void goldenFile_isReadAndWrittenTheSame() throws MalformedEvent {
    byte[] golden = Contract.resource("/golden/prediction.avro");

    assertThat(AvroPredictionCodec.write(PREDICTION, FEATURES)).isEqualTo(golden);
    Seen seen = new Seen();
    assertThat(AvroPredictionCodec.read(golden, seen)).isEqualTo(PREDICTION);
    assertThat(seen.values)
        .containsExactly(
            "0=1.5", "2=WN", "3=7.0", "4=-2.5", "5=true", "6=-Infinity", "7=ü", "of 8");
  }

  @Test
  void avrosOwnLibrary_readsWhatIsWritten_andWritesWhatIsRead() throws Exception {
    for (Prediction prediction : List.of(PREDICTION, MINIMAL)) {
      byte[] ours = AvroPredictionCodec.write(prediction, FEATURES);

      GenericRecord read =
          new GenericDatumReader<GenericRecord>(schema())
              .read(null, DecoderFactory.get().binaryDecoder(ours, null));

      assertThat(read.get("prediction_id")).hasToString(prediction.predictionId());
      assertThat((List<?>) read.get("features")).hasSize(FEATURES.size());
      assertThat(AvroPredictionCodec.read(theirs(read, false))).isEqualTo(prediction);
      // Arrays in blocks with their sizes in bytes, as some writers make them.
      Seen seen = new Seen();
      assertThat(AvroPredictionCodec.read(theirs(read, true), seen)).isEqualTo(prediction);
      assertThat(seen.values).hasSize(FEATURES.size());
    }
  }

  private static Schema schema() throws IOException {
    return new Schema.Parser()
        .parse(
            new String(Contract.resource("/schemas/prediction-v1.avsc"), StandardCharsets.UTF_8));
  }

  private static byte[] theirs(GenericRecord record, boolean blocks) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    EncoderFactory factory = new EncoderFactory();
    BinaryEncoder encoder =
        blocks
            ? factory.configureBlockSize(64).blockingBinaryEncoder(bytes, null)
            : factory.binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema()).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  @Test
  void schema_isTheOneOfTheCode() throws IOException {
    GenericRecord blank = new GenericData.Record(schema());
    assertThat(blank.getSchema().getFields().get(0).name()).isEqualTo("predicted_at");
    assertThat(blank.getSchema().getFields()).hasSize(15);
  }

  @Test
  void time_isFoundWithoutReadingOn() {
    assertThat(AvroPredictionCodec.millis(AvroPredictionCodec.write(PREDICTION, FEATURES)))
        .isEqualTo(PREDICTION.predictedAtMillis());
    assertThat(AvroPredictionCodec.millis(new byte[0])).isEqualTo(EventTime.NONE);
    assertThat(AvroPredictionCodec.millis(new byte[] {-1, -1})).isEqualTo(EventTime.NONE);
    assertThat(EventTime.ofOutcomes().avroMillis(AvroPredictionCodec.write(PREDICTION, FEATURES)))
        .isEqualTo(EventTime.NONE);
  }

  @Test
  void eventThatBreaksOff_isRefusedWhereverItDoes() {
    byte[] whole = AvroPredictionCodec.write(PREDICTION, FEATURES);
    for (int length = 1; length < whole.length; length++) {
      assertThat(reason(Arrays.copyOf(whole, length)))
          .as("%d bytes", length)
          .isEqualTo(Reason.NOT_AVRO);
    }
    assertThat(reason(Arrays.copyOf(whole, whole.length + 1))).isEqualTo(Reason.TRAILING_DATA);
    assertThat(reason(new byte[0])).isEqualTo(Reason.EMPTY);
    assertThat(reason(null)).isEqualTo(Reason.EMPTY);
    assertThat(reason(new byte[Limits.MAX_EVENT_BYTES + 1])).isEqualTo(Reason.TOO_LARGE);
    assertThat(reason("{\"prediction_id\":\"p-1\"}".getBytes(StandardCharsets.UTF_8)))
        .isIn(Reason.NOT_AVRO, Reason.BAD_VALUE);
  }

  @Test
  void anyByteChanged_neverFailsOtherwiseThanByARefusal() {
    byte[] whole = AvroPredictionCodec.write(PREDICTION, FEATURES);
    Random random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      byte[] changed = whole.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      reason(changed);
    }
  }

  @Test
  void lengthsThatAreNotThere_takeNoMemory() {
    // A text of two gigabytes, and an array of as many elements.
    byte[] text = written(out -> out.writeBytes(new byte[] {0, -2, -1, -1, -1, 15, 'x'}));
    assertThat(reason(text)).isEqualTo(Reason.NOT_AVRO);
    byte[] minimal = AvroPredictionCodec.write(MINIMAL, List.of());
    byte[] array =
        written(
            out -> {
              out.write(minimal, 0, minimal.length - 1);
              out.writeBytes(new byte[] {-2, -1, -1, -1, 15});
            });
    assertThat(reason(array)).isEqualTo(Reason.NOT_AVRO);
  }

  private static byte[] written(Consumer<ByteArrayOutputStream> by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    by.accept(out);
    return out.toByteArray();
  }

  @Test
  void values_haveTheLimitsOfJson() {
    assertThat(refusal(with(prediction("p 1", "v", 0.5)))).isEqualTo("BAD_VALUE prediction_id");
    assertThat(refusal(with(prediction("p\u0000", "v", 0.5)))).isEqualTo("BAD_VALUE prediction_id");
    assertThat(refusal(with(prediction("x".repeat(129), "v", 0.5))))
        .isEqualTo("BAD_VALUE prediction_id");
    assertThat(refusal(with(prediction("p", "v\n", 0.5)))).isEqualTo("BAD_VALUE model_version");
    assertThat(refusal(with(prediction("p", "", 0.5)))).isEqualTo("BAD_VALUE model_version");
    assertThat(refusal(with(prediction("p", "v", 1.5)))).isEqualTo("BAD_VALUE score");
    assertThat(refusal(with(prediction("p", "v", Double.NaN))))
        .isEqualTo("MISSING_FIELD score, label, value or ranking");
    assertThat(refusal(AvroPredictionCodec.write(MINIMAL, List.of("a\u0000b"))))
        .isEqualTo("BAD_VALUE features");
    assertThat(
            refusal(AvroPredictionCodec.write(MINIMAL, List.of("x".repeat(Limits.MAX_TEXT + 1)))))
        .isEqualTo("BAD_VALUE features");
    byte[] notUtf8 = AvroPredictionCodec.write(MINIMAL, List.of("xx"));
    notUtf8[notUtf8.length - 2] = (byte) 0xC0;
    assertThat(refusal(notUtf8)).isEqualTo("BAD_VALUE features");
  }

  private static byte[] with(Prediction prediction) {
    return AvroPredictionCodec.write(prediction, List.of());
  }

  private static Prediction prediction(String id, String version, double score) {
    return new Prediction(
        id, "m", version, 1, score, null, Double.NaN, null, null, null, null, null, Double.NaN, 1);
  }

  private static @Nullable Reason reason(byte @Nullable [] bytes) {
    MalformedEvent refusal =
        catchThrowableOfType(
            MalformedEvent.class, () -> AvroPredictionCodec.read(bytes, new Seen()));
    return refusal == null ? null : refusal.reason();
  }

  private static String refusal(byte[] bytes) {
    MalformedEvent refusal =
        catchThrowableOfType(MalformedEvent.class, () -> AvroPredictionCodec.read(bytes));
    return refusal == null ? "none" : refusal.reason() + " " + refusal.field();
  }

  /** The features as they were handed over. */
  private static final class Seen implements PositionedFeatureSink {
    private final List<String> values = new ArrayList<>();

    @Override
    public void number(int position, double value) {
      values.add(position + "=" + value);
    }

    @Override
    public void category(int position, String value) {
      values.add(position + "=" + value);
    }

    @Override
    public void end(int count) {
      values.add("of " + count);
    }
  }
}
