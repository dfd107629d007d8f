package dev.runway.drift.profile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.statistics.CentralMoments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the JSON form; refuses with the place whatever is not as it should be. */
final class ProfileReader {

  private static final int MAX_NAME = 256;

  private final JsonParser json;

  /** Of the value that is read now. */
  private String place = "";

  private ProfileReader(JsonParser json) {
    this.json = json;
  }

  static BaselineProfile read(byte[] bytes) throws MalformedProfile {
    ProfileReader reader = null;
    try (JsonParser json = ProfileJson.FACTORY.createParser(bytes)) {
      reader = new ProfileReader(json);
      BaselineProfile profile = reader.profile();
      if (json.nextToken() != null) {
        throw new MalformedProfile("", "something after the end of the object");
      }
      return profile;
    } catch (JsonProcessingException e) {
      String at = reader == null ? "" : reader.place;
      throw new MalformedProfile(
          at, "not JSON at byte %d: %s".formatted(byteOf(e), e.getOriginalMessage()));
    } catch (IOException e) {
      throw new MalformedProfile("", "not readable: " + e.getMessage());
    }
  }

  private static long byteOf(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
  }

  private MalformedProfile refuse(String reason) {
    return new MalformedProfile(place, reason);
  }

  private BaselineProfile profile() throws IOException, MalformedProfile {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw refuse("a profile is one JSON object");
    }
    long format = -1;
    String id = null;
    String model = null;
    String version = null;
    long createdAt = -1;
    Source source = null;
    Precision precision = Precision.DOUBLE;
    List<FeatureProfile> features = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      place = json.currentName();
      json.nextToken();
      switch (place) {
        case "format" -> {
          format = count();
          if (format != ProfileJson.FORMAT) {
            throw refuse("is " + format + ", this reader knows " + ProfileJson.FORMAT);
          }
        }
        case "id" -> id = text();
        case "model" -> model = text();
        case "version" -> version = text();
        case "created_at" -> createdAt = count();
        case "source" -> source = constant(Source.class);
        case "precision" -> precision = constant(Precision.class);
        case "features" -> features = features();
        default -> json.skipChildren();
      }
    }
    place = "";
    if (format < 0 || createdAt < 0) {
      throw refuse((format < 0 ? "format" : "created_at") + " is not there");
    }
    try {
      return new BaselineProfile(
          required("id", id),
          required("model", model),
          required("version", version),
          createdAt,
          required("source", source),
          precision,
          required("features", features));
    } catch (IllegalArgumentException e) {
      throw new MalformedProfile("features", String.valueOf(e.getMessage()));
    }
  }

  private <T> T required(String field, @Nullable T value) throws MalformedProfile {
    if (value == null) {
      throw refuse(field + " is not there");
    }
    return value;
  }

  private List<FeatureProfile> features() throws IOException, MalformedProfile {
    require(JsonToken.START_ARRAY, "an array");
    List<FeatureProfile> features = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      place = "features[" + features.size() + "]";
      if (features.size() == BaselineProfile.MAX_FEATURES) {
        throw refuse("more than " + BaselineProfile.MAX_FEATURES + " features");
      }
      require(JsonToken.START_OBJECT, "an object");
      features.add(feature(place));
    }
    return features;
  }

  /** The fields of one feature, before they are put together. */
  private static final class Fields {
    @Nullable String name;
    @Nullable FeatureKind kind;
    long missing = -1;
    long mistyped;
    long infinite;
    double min;
    double max;
    double @Nullable [] moments;
    double @Nullable [] edges;
    byte @Nullable [] fineEdges;
    byte @Nullable [] fineCounts;
    byte[] sketch = new byte[0];
    @Nullable List<String> words;
    long @Nullable [] counts;
    long other;
    boolean open;
    long singletons;
    @Nullable OtherWords others;
    Overdispersion dispersion = Overdispersion.UNKNOWN;
    @Nullable InControl inControl;
  }

  private FeatureProfile feature(String at) throws IOException, MalformedProfile {
    Fields f = new Fields();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      place = at + "." + field;
      json.nextToken();
      switch (field) {
        case "name" -> f.name = name();
        case "kind" -> f.kind = constant(FeatureKind.class);
        case "missing" -> f.missing = count();
        case "mistyped" -> f.mistyped = count();
        case "infinite" -> f.infinite = count();
        case "min" -> f.min = number();
        case "max" -> f.max = number();
        case "moments" -> f.moments = numbers(5);
        case "edges" -> f.edges = numbers(PackedBins.MAX_EDGES);
        case "fine_edges" -> f.fineEdges = binary();
        case "fine_counts" -> f.fineCounts = binary();
        case "sketch" -> f.sketch = binary();
        case "words" -> f.words = words();
        case "counts" -> f.counts = counts();
        case "other" -> f.other = count();
        case "open" -> f.open = bool();
        case "singletons" -> f.singletons = count();
        case "other_words" -> f.others = otherWords(place);
        case "dispersion" -> f.dispersion = dispersion();
        case "in_control_psi" -> f.inControl = inControl();
        default -> json.skipChildren();
      }
    }
    place = at + (f.name == null ? "" : " (" + f.name + ")");
    if (f.missing < 0) {
      throw refuse("missing is not there");
    }
    FeatureKind kind = required("kind", f.kind);
    try {
      return kind == FeatureKind.NUMERIC ? numeric(f) : categorical(f, kind);
    } catch (IllegalArgumentException e) {
      throw refuse(String.valueOf(e.getMessage()));
    }
  }

  private NumericProfile numeric(Fields f) throws MalformedProfile {
    String at = place;
    place = at + ".edges";
    Edges edges = Edges.of(required("this", f.edges));
    double[] m = required("moments", f.moments);
    place = at + ".moments";
    if (m.length != 5 || m[0] < 0 || m[2] < 0 || m[4] < 0) {
      throw refuse("must be n, mean, and sums of second to fourth powers");
    }
    if (f.min > f.max) {
      throw refuse("min is above max");
    }
    Edges fineEdges;
    long[] fineCounts;
    try {
      place = at + ".fine_edges";
      fineEdges = PackedBins.unpackEdges(edges, required("this", f.fineEdges));
      place = at + ".fine_counts";
      fineCounts = PackedBins.unpackCounts(required("this", f.fineCounts), fineEdges.bins());
    } catch (IOException e) {
      throw refuse(String.valueOf(e.getMessage()));
    }
    if (f.sketch.length > 0) {
      place = at + ".sketch";
      SketchImages.read(f.sketch);
    }
    place = at;
    return new NumericProfile(
        required("name", f.name),
        f.missing,
        f.mistyped,
        f.infinite,
        edges,
        fineEdges,
        fineCounts,
        f.min,
        f.max,
        m[2] > 0 && m[4] == 0
            ? CentralMoments.ofTwo((long) m[0], m[1], m[2])
            : new CentralMoments((long) m[0], m[1], m[2], m[3], m[4]),
        f.sketch,
        f.dispersion,
        f.inControl);
  }

  private CategoricalProfile categorical(Fields f, FeatureKind kind) throws MalformedProfile {
    return new CategoricalProfile(
        required("name", f.name),
        kind,
        f.missing,
        f.mistyped,
        required("words", f.words),
        required("counts", f.counts),
        f.other,
        f.open,
        f.singletons,
        f.dispersion,
        f.others,
        f.inControl);
  }

  private OtherWords otherWords(String at) throws IOException, MalformedProfile {
    require(JsonToken.START_OBJECT, "an object");
    byte[] filter = new byte[0];
    long probes = 0;
    long[] rows = new long[0];
    long[] words = new long[0];
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      place = at + "." + field;
      json.nextToken();
      switch (field) {
        case "filter" -> filter = binary();
        case "probes" -> probes = count();
        case "rows" -> rows = counts();
        case "words" -> words = counts();
        default -> json.skipChildren();
      }
    }
    place = at;
    try {
      return new OtherWords(filter, (int) Math.min(probes, Integer.MAX_VALUE), rows, words);
    } catch (IllegalArgumentException e) {
      throw refuse(String.valueOf(e.getMessage()));
    }
  }

  private void require(JsonToken token, String what) throws IOException, MalformedProfile {
    if (json.currentToken() != token) {
      throw refuse("must be " + what);
    }
  }

  private String text() throws IOException, MalformedProfile {
    require(JsonToken.VALUE_STRING, "a text");
    String text = json.getText();
    if (text.isEmpty() || text.length() > MAX_NAME) {
      throw refuse("must have 1 to " + MAX_NAME + " characters, has " + text.length());
    }
    return text;
  }

  private String name() throws IOException, MalformedProfile {
    String name = text();
    String problem = FeatureNames.problem(name);
    if (problem != null) {
      throw refuse("a feature named " + name + " " + problem);
    }
    return name;
  }

  private long count() throws IOException, MalformedProfile {
    require(JsonToken.VALUE_NUMBER_INT, "a whole number");
    long value = json.getLongValue();
    if (value < 0) {
      throw refuse("must not be below 0, is " + value);
    }
    return value;
  }

  private double number() throws IOException, MalformedProfile {
    JsonToken token = json.currentToken();
    if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
      throw refuse("must be a number");
    }
    double value = json.getDoubleValue();
    if (!Double.isFinite(value)) {
      throw refuse("must be finite");
    }
    return value;
  }

  private boolean bool() throws IOException, MalformedProfile {
    if (json.currentToken() != JsonToken.VALUE_TRUE
        && json.currentToken() != JsonToken.VALUE_FALSE) {
      throw refuse("must be true or false");
    }
    return json.getBooleanValue();
  }

  private <T extends Enum<T>> T constant(Class<T> type) throws IOException, MalformedProfile {
    String name = text();
    for (T constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw refuse("is " + name + ", must be one of " + Arrays.toString(type.getEnumConstants()));
  }

  private long[] counts() throws IOException, MalformedProfile {
    double[] numbers = numbers(1000);
    long[] counts = new long[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      counts[i] = (long) numbers[i];
      if (counts[i] != numbers[i] || counts[i] < 0) {
        throw refuse("must be whole numbers of 0 or above, number " + i + " is " + numbers[i]);
      }
    }
    return counts;
  }

  private double[] numbers(int most) throws IOException, MalformedProfile {
    require(JsonToken.START_ARRAY, "an array");
    double[] numbers = new double[8];
    int size = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (size == most) {
        throw refuse("more than " + most + " numbers");
      }
      if (size == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * size);
      }
      numbers[size++] = number();
    }
    return Arrays.copyOf(numbers, size);
  }

  private byte[] binary() throws IOException, MalformedProfile {
    require(JsonToken.VALUE_STRING, "base64");
    return json.getBinaryValue();
  }

  private List<String> words() throws IOException, MalformedProfile {
    require(JsonToken.START_ARRAY, "an array");
    List<String> words = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(JsonToken.VALUE_STRING, "texts");
      String word = json.getText();
      if (words.size() == 1000 || word.length() > CategoricalProfile.MAX_WORD) {
        throw refuse("more than 1000 words, or one of more than 128 characters");
      }
      words.add(word);
    }
    return words;
  }

  private Overdispersion dispersion() throws IOException, MalformedProfile {
    double[] pair = numbers(2);
    if (pair.length != 2 || pair[0] < 0 || pair[1] < 0) {
      throw refuse("must be windows and their sum");
    }
    return new Overdispersion((long) pair[0], pair[1]);
  }

  private InControl inControl() throws IOException, MalformedProfile {
    double[] measured = numbers(5);
    if (measured.length != 5) {
      throw refuse("must be windows, mean, standard deviation and two quantiles");
    }
    try {
      return new InControl((long) measured[0], measured[1], measured[2], measured[3], measured[4]);
    } catch (IllegalArgumentException e) {
      throw refuse(String.valueOf(e.getMessage()));
    }
  }
}
