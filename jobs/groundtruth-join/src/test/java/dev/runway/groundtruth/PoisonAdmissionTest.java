package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.flink.Decoder;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.groundtruth.state.AdmittedOutcomeSerializer;
import dev.runway.groundtruth.state.AdmittedPredictionSerializer;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Mutants;
import dev.runway.model.Poisons.Poison;
import dev.runway.model.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What no codec accepts, through the decoders of the job: a dead letter, never a failed job. What
 * is let through can be written and read by the next operator.
 */
class PoisonAdmissionTest {
  private static final int MUTANTS = 20_000;
  private static final long RECORDED = 983_431_800_000L;

  /** Refusals of good events that do not fit the model or the time of this test. */
  private static final Set<Reason> BY_ADMISSION =
      EnumSet.of(Reason.UNKNOWN_MODEL, Reason.DOES_NOT_FIT_MODEL, Reason.ANCIENT, Reason.FUTURE);

  private static final Admitting ADMITTING =
      new Admitting(
          TimeBounds.maxAge(Duration.ofDays(40)),
          1,
          ModelDirectory.fixed(model("m"), model("late-arrival")));

  /** The two streams of events. */
  enum Side {
    PREDICTIONS("prediction.json"),
    OUTCOMES("outcome.json");

    private final String golden;

    Side(String golden) {
      this.golden = golden;
    }

    Reader<?> reader() {
      return this == PREDICTIONS
          ? new Reader<>(new PredictionDecoder(ADMITTING), AdmittedPredictionSerializer.TYPE)
          : new Reader<>(new OutcomeDecoder(ADMITTING), AdmittedOutcomeSerializer.TYPE);
    }

    byte[] golden() throws IOException {
      try (InputStream in = PoisonAdmissionTest.class.getResourceAsStream("/golden/" + golden)) {
        if (in == null) {
          throw new IOException("no golden file " + golden);
        }
        return in.readAllBytes();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.runway.model.Poisons#notAnEvent")
  void bytesThatAreNoEvent_areRefusedForWhatTheyAre(Poison poison) throws IOException {
    for (Side side : Side.values()) {
      MalformedEvent refusal = refusal(side.reader(), poison.bytes());

      assertThat(refusal).as(side.name()).isNotNull();
      assertThat(refusal.reason()).as(side.name()).isEqualTo(poison.reason());
      assertThat(refusal.field()).as(side.name()).isEqualTo(poison.field());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.runway.model.Poisons#predictions")
  void prediction_isRefusedForWhatItIs_orAdmitted(Poison poison) throws IOException {
    MalformedEvent refusal = refusal(Side.PREDICTIONS.reader(), poison.bytes());

    if (poison.reason() == null) {
      assertThat(refusal == null || BY_ADMISSION.contains(refusal.reason()))
          .as("%s", refusal)
          .isTrue();
    } else {
      assertThat(refusal).isNotNull();
      assertThat(refusal.reason()).isEqualTo(poison.reason());
      assertThat(refusal.field()).isEqualTo(poison.field());
    }
  }

  @ParameterizedTest
  @EnumSource
  void mutant_isAdmittedWholeOrRefused(Side side) throws IOException {
    SplittableRandom random = new SplittableRandom(20_261_125L);
    Reader<?> reader = side.reader();
    byte[] golden = side.golden();
    assertThat(refusal(reader, golden)).isNull();
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      refused += refusal(reader, Mutants.of(golden, random)) == null ? 0 : 1;
    }
    assertThat(refused).isBetween(MUTANTS / 4, MUTANTS - 1);
  }

  /** Why bytes are refused; null when they are admitted. */
  private static @Nullable MalformedEvent refusal(Reader<?> reader, byte @Nullable [] bytes)
      throws IOException {
    try {
      reader.read(bytes);
      return null;
    } catch (MalformedEvent e) {
      return e;
    } catch (RuntimeException e) {
      String text = bytes == null ? "null" : new String(bytes, StandardCharsets.ISO_8859_1);
      throw new AssertionError("would fail the job: " + text, e);
    }
  }

  private static ModelDocument model(String id) {
    String json = "{\"model_id\":\"" + id + "\",\"task\":\"BINARY\",\"segments\":[\"eu\"]}";
    try {
      return ModelDocumentCodec.read(json.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedEvent e) {
      throw new AssertionError(e);
    }
  }

  /** A decoder, and the serializer that takes its events to the join. */
  private static final class Reader<T> {
    private final Decoder<T> decoder;
    private final TypeSerializer<T> serializer;

    Reader(Decoder<T> decoder, TypeInformation<T> type) {
      this.decoder = decoder;
      this.serializer = type.createSerializer(new SerializerConfigImpl());
      decoder.open(letter -> {});
    }

    void read(byte @Nullable [] bytes) throws MalformedEvent, IOException {
      T event = decoder.decode(new RawEvent(null, bytes, "t", 0, 1, RECORDED, List.of()));
      if (event != null) {
        byte[] written = written(event);
        T read = serializer.deserialize(new DataInputDeserializer(written));
        assertThat(written(read)).isEqualTo(written);
      }
    }

    private byte[] written(T event) throws IOException {
      DataOutputSerializer out = new DataOutputSerializer(64);
      serializer.serialize(event, out);
      return out.getCopyOfBuffer();
    }
  }
}
