package dev.runway.drift.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.tile.Samples;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileJsonTest {

  /** Made once: sketches compact by chance, so a second one would differ. */
  private static final BaselineProfile MIXED = Samples.mixedProfile();

  private static String json() {
    return new String(ProfileJson.write(MIXED), StandardCharsets.UTF_8);
  }

  private static BaselineProfile read(String json) throws MalformedProfile {
    return ProfileJson.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void profile_writtenAndRead_isTheSame() throws Exception {
    BaselineProfile profile =
        MIXED.calibrated("calibrated", Collections.nCopies(4, new Overdispersion(25, 40.5)));

    assertThat(ProfileJson.read(ProfileJson.write(profile))).isEqualTo(profile);
    assertThat(profile.features().get(0).dispersion().factor()).isEqualTo(40.5 / 25);
  }

  @Test
  void windowsInControl_comeBack_andOldProfilesHaveNone() throws Exception {
    InControl measured = new InControl(160, 0.0125, 0.004, 0.02, 0.0301);
    BaselineProfile profile =
        MIXED.with(MIXED.features().stream().map(feature -> feature.with(measured)).toList());
    String json = new String(ProfileJson.write(profile), StandardCharsets.UTF_8);

    assertThat(read(json)).isEqualTo(profile).isNotEqualTo(MIXED);
    assertThat(profile.features().get(2).with(Overdispersion.UNKNOWN).inControl())
        .isEqualTo(measured);
    assertThat(json).contains("\"in_control_psi\":[160,0.0125,0.004,0.02,0.0301]");
    assertThat(json()).doesNotContain("in_control");
    assertThatThrownBy(() -> read(json.replace("160,0.0125,0.004,0.02,", "160,")))
        .isInstanceOf(MalformedProfile.class)
        .hasMessageContaining("features[0].in_control_psi: must be windows, mean");
    assertThatThrownBy(() -> read(json.replace("[160,", "[0,")))
        .hasMessageContaining("features[0].in_control_psi: 0 windows");
  }

  @Test
  void unknownFields_pass() throws Exception {
    String newer = json().replaceFirst("\"id\"", "\"note\":{\"a\":[1]},\"id\"");
    assertThat(read(newer)).isEqualTo(MIXED);
  }

  /** What is replaced by what, and what the refusal must name. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "format":1              | "format":2               | format: is 2
          "id":"profile-1",       |                          | id is not there
          "source":"PROFILE_JOB"  | "source":"RUMOUR"        | source: is RUMOUR
          "kind":"BOOLEAN"        | "kind":"NUMERIC"         | features[3] (returning).edges: this is not there
          "infinite":0            | "infinite":-1            | features[0].infinite: must not be below 0
          "infinite":0            | "infinite":"0"           | features[0].infinite: must be a whole number
          "infinite":0            | "infinite":20000         | features[0] (amount): 20000 infinite values among 18955 values
          "missing":              | "mistyped":9223372036854775807,"missing": | features[0] (amount): counts of more rows than there can be
          "singletons":0          | "singletons":20001       | features[2] (country): 20001 words of one row among 20000 rows
          "other":0               | "other":9223372036854775807 | features[2] (country): counts of more rows than there can be
          "edges":[               | "edges":[1e9,            | features[0] (amount).edges
          "min":                  | "min":1e999,"minimum":   | features[0].min: must be finite
          "fine_counts":"         | "fine_counts":"AAAA      | features[0] (amount).fine_counts:
          "sketch":"              | "sketch":"AAAA           | features[0] (amount).sketch:
          "words":["DE"           | "words":["FR"            | features[2] (country): a word is there twice
          "counts":[              | "counts":[0.5,           | features[2].counts: must be whole numbers
          "name":"country"        | "name":"amount"          | features: feature amount is there twice
          "missing":              | "missing":1,"missing":   | Duplicate field
          "model":                | "model",                 | not JSON at byte
          """)
  void damaged_isRefusedWithPlaceAndReason(String part, String by, String reason) {
    String whole = json();
    assertThat(whole).contains(part);
    int at = whole.indexOf(part);
    String damaged =
        whole.substring(0, at) + (by == null ? "" : by) + whole.substring(at + part.length());

    assertThatThrownBy(() -> read(damaged))
        .isInstanceOf(MalformedProfile.class)
        .hasMessageContaining(reason);
  }

  /** A tile of more bins would be refused by everybody who reads it. */
  @Test
  void moreBinsThanATileTakes_areRefused() throws Exception {
    assertThat(read(withEdges(4096, 4095)).features()).hasSize(4);
    assertThatThrownBy(() -> read(withEdges(4096, 4096)))
        .isInstanceOf(MalformedProfile.class)
        .hasMessageContaining("features[0] (amount): 8193 fine bins, must be at most 8192");
  }

  /** The mixed profile with so many wide edges of its first feature, and as many more fine ones. */
  private static String withEdges(int wide, int more) {
    Edges edges = Edges.of(IntStream.range(0, wide).mapToDouble(i -> i).toArray());
    Edges fine =
        edges.union(Edges.of(IntStream.range(0, more).mapToDouble(i -> i + 0.5).toArray()));
    Base64.Encoder base64 = Base64.getEncoder();
    return json()
        .replaceFirst("\"edges\":\\[[^]]*]", "\"edges\":" + edges)
        .replaceFirst(
            "\"fine_edges\":\"[^\"]*\"",
            "\"fine_edges\":\"" + base64.encodeToString(PackedBins.packEdges(edges, fine)) + "\"")
        .replaceFirst(
            "\"fine_counts\":\"[^\"]*\"",
            "\"fine_counts\":\""
                + base64.encodeToString(PackedBins.packCounts(new long[fine.bins()]))
                + "\"");
  }

  @Test
  void cutAnywhere_isRefused() {
    byte[] whole = json().getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length += 13) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ProfileJson.read(part)).isInstanceOf(MalformedProfile.class);
    }
  }

  @Test
  void randomDamage_isReadOrRefused() {
    byte[] whole = json().getBytes(StandardCharsets.UTF_8);
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(whole.length)] = (byte) (32 + random.nextInt(90));
      try {
        ProfileJson.read(damaged);
      } catch (MalformedProfile e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  /** A baseline is one Kafka record of at most 960 KB, its envelope included. */
  @Test
  void thousandFeatures_fitIntoOneRecord() throws Exception {
    int features = 1000;
    List<Declared> declared = new ArrayList<>();
    for (int f = 0; f < features; f++) {
      declared.add(
          f % 10 == 9 ? Declared.categorical("word_" + f) : Declared.numeric("number_" + f));
    }
    Random random = new Random(2);
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      double[] values = random.doubles(features).map(u -> Math.log(u) * 1234.5).toArray();
      rows.add(
          row -> {
            for (int f = 0; f < features; f++) {
              if (f % 10 == 9) {
                row.category(f, "category-" + (int) (Math.abs(values[f]) / 20));
              } else {
                row.number(f, values[f]);
              }
            }
          });
    }
    BaselineProfile profile = Samples.profile(declared, ProfileOptions.standard(features), rows);
    byte[] json = ProfileJson.write(profile);

    assertThat(json.length).isLessThan(900_000);
    assertThat(ProfileJson.read(json)).isEqualTo(profile);
  }
}
