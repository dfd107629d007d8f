package dev.runway.drift.profile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.statistics.CentralMoments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The JSON form of a profile: one object, names in snake case.
 *
 * <p>Fine edges and counts are base64 of {@link PackedBins}, for a thousand features must fit into
 * one Kafka record; all that decides something is legible. Unknown fields pass, so that writers may
 * be newer than readers; a format above {@link #FORMAT} is refused.
 */
public final class ProfileJson {

  public static final int FORMAT = 1;

  /** Bytes of a document. */
  public static final int MAX_BYTES = 16 * 1024 * 1024;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxStringLength(64 * 1024)
                  .maxNumberLength(64)
                  .maxNameLength(256)
                  .build())
          .build();

  private ProfileJson() {}

  /**
   * Writes a profile.
   *
   * @throws IllegalArgumentException if a number is not finite, which no reader would take
   */
  public static byte[] write(BaselineProfile profile) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("format", FORMAT);
      json.writeStringField("id", profile.id());
      json.writeStringField("model", profile.model());
      json.writeStringField("version", profile.version());
      json.writeNumberField("created_at", profile.createdAtMillis());
      json.writeStringField("source", profile.source().name());
      json.writeStringField("precision", profile.precision().name());
      json.writeArrayFieldStart("features");
      for (FeatureProfile feature : profile.features()) {
        json.writeStartObject();
        if (feature instanceof NumericProfile numeric) {
          write(json, numeric);
        } else if (feature instanceof CategoricalProfile categorical) {
          write(json, categorical);
        }
        writeDispersion(json, feature);
        writeInControl(json, feature);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void writeHead(JsonGenerator json, FeatureProfile feature) throws IOException {
    json.writeStringField("name", feature.name());
    json.writeStringField("kind", feature.kind().name());
    json.writeNumberField("missing", feature.missing());
    if (feature.mistyped() > 0) {
      json.writeNumberField("mistyped", feature.mistyped());
    }
  }

  private static void write(JsonGenerator json, NumericProfile feature) throws IOException {
    writeHead(json, feature);
    json.writeNumberField("infinite", feature.infinite());
    json.writeNumberField("min", finite(feature, feature.min()));
    json.writeNumberField("max", finite(feature, feature.max()));
    writeMoments(json, feature);
    writeNumbers(json, "edges", feature.edges());
    json.writeBinaryField("fine_edges", PackedBins.packEdges(feature.edges(), feature.fineEdges()));
    json.writeBinaryField("fine_counts", PackedBins.packCounts(feature.fineCounts()));
    if (feature.sketch().length > 0) {
      json.writeBinaryField("sketch", feature.sketch());
    }
  }

  private static void writeMoments(JsonGenerator json, NumericProfile feature) throws IOException {
    CentralMoments moments = feature.moments();
    json.writeArrayFieldStart("moments");
    json.writeNumber(moments.n());
    json.writeNumber(finite(feature, moments.mean()));
    json.writeNumber(finite(feature, moments.m2()));
    json.writeNumber(finite(feature, known(moments.m3())));
    json.writeNumber(finite(feature, known(moments.m4())));
    json.writeEndArray();
  }

  /** 0 where they are not known: no values with spread have a fourth power of 0. */
  private static double known(double power) {
    return Double.isNaN(power) ? 0 : power;
  }

  /** The generator would write a text. */
  private static double finite(FeatureProfile feature, double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException(feature.name() + " has " + number + " in its profile");
    }
    return number;
  }

  private static void writeNumbers(JsonGenerator json, String field, Edges edges)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (int i = 0; i < edges.size(); i++) {
      json.writeNumber(edges.get(i));
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, CategoricalProfile feature) throws IOException {
    writeHead(json, feature);
    json.writeArrayFieldStart("words");
    for (String word : feature.words()) {
      json.writeString(word);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("counts");
    for (long count : feature.counts()) {
      json.writeNumber(count);
    }
    json.writeEndArray();
    json.writeNumberField("other", feature.other());
    json.writeBooleanField("open", feature.open());
    json.writeNumberField("singletons", feature.singletons());
    OtherWords others = feature.others();
    if (others != null) {
      json.writeObjectFieldStart("other_words");
      json.writeBinaryField("filter", others.filter());
      json.writeNumberField("probes", others.probes());
      writeNumbers(json, "rows", others.rows());
      writeNumbers(json, "words", others.words());
      json.writeEndObject();
    }
  }

  private static void writeNumbers(JsonGenerator json, String field, long[] numbers)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (long number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  private static void writeDispersion(JsonGenerator json, FeatureProfile feature)
      throws IOException {
    Overdispersion dispersion = feature.dispersion();
    if (dispersion.windows() > 0) {
      json.writeArrayFieldStart("dispersion");
      json.writeNumber(dispersion.windows());
      json.writeNumber(finite(feature, dispersion.sum()));
      json.writeEndArray();
    }
  }

  private static void writeInControl(JsonGenerator json, FeatureProfile feature)
      throws IOException {
    InControl measured = feature.inControl();
    if (measured != null) {
      json.writeArrayFieldStart("in_control_psi");
      json.writeNumber(measured.windows());
      json.writeNumber(measured.mean());
      json.writeNumber(measured.sd());
      json.writeNumber(measured.q95());
      json.writeNumber(measured.q99());
      json.writeEndArray();
    }
  }

  /**
   * Reads a profile.
   *
   * @throws MalformedProfile with the place and the reason if it is not a valid one
   */
  public static BaselineProfile read(byte[] bytes) throws MalformedProfile {
    if (bytes.length > MAX_BYTES) {
      throw new MalformedProfile("", bytes.length + " bytes, at most " + MAX_BYTES);
    }
    return ProfileReader.read(bytes);
  }
}
