package dev.runway.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.InControl;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.Source;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileCommandTest {
  @TempDir Path folder;

  @Test
  void csv_isCountedExactly() throws Exception {
    Profiling profiling = new Profiling(folder);

    BaselineProfile profile = profiling.profile(csv(Flights.OPTIONS));

    assertThat(profile)
        .returns("m", BaselineProfile::model)
        .returns("1", BaselineProfile::version)
        .returns(Source.PROFILE_JOB, BaselineProfile::source);
    assertThat(profile.features())
        .extracting(FeatureProfile::name, FeatureProfile::kind)
        .containsExactly(
            tuple("fare", FeatureKind.NUMERIC),
            tuple("hops", FeatureKind.NUMERIC),
            tuple("carrier", FeatureKind.CATEGORICAL),
            tuple("weekend", FeatureKind.BOOLEAN),
            tuple("$score", FeatureKind.NUMERIC));
    NumericProfile fare = (NumericProfile) Profiling.feature(profile, "fare");
    List<Double> fares =
        Flights.rows().stream()
            .map(Flights.Flight::fare)
            .filter(Objects::nonNull)
            .map(fareOfRow -> (double) fareOfRow.floatValue())
            .toList();
    assertThat(fare.n()).isEqualTo(fares.size());
    assertThat(fare.missing()).isEqualTo(Flights.ROWS - fares.size());
    assertThat(fare.moments().mean())
        .isCloseTo(fares.stream().mapToDouble(f -> f).average().orElseThrow(), within(1e-9));
    assertThat(fare.counts()).isEqualTo(counts(fare.edges().toArray(), fares));
    CategoricalProfile carrier = (CategoricalProfile) Profiling.feature(profile, "carrier");
    assertThat(carrier.words()).contains("Ünal, \"Air\"");
    assertThat(Arrays.stream(carrier.counts()).sum()).isEqualTo(Flights.ROWS);
  }

  private static long[] counts(double[] edges, List<Double> values) {
    long[] counts = new long[edges.length + 1];
    for (double value : values) {
      int bin = 0;
      while (bin < edges.length && value > edges[bin]) {
        bin++;
      }
      counts[bin]++;
    }
    return counts;
  }

  /** Of a user's twenty rows many are alike, so a window holds less news than rows. */
  @Test
  void rowsOfUsers_withTheirTimes_giveABaselineThatKnowsTheirScatter() throws Exception {
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("at,x,alone\n");
    for (int hour = 0; hour < 60; hour++) {
      for (int user = 0; user < 50; user++) {
        double own = random.nextGaussian();
        for (int i = 0; i < 20; i++) {
          // Two rows of a user share their value with probability 0.2.
          double x = random.nextDouble() < Math.sqrt(0.2) ? own : random.nextGaussian();
          csv.append("2026-11-%02dT%02d:%02d:00Z".formatted(1 + hour / 24, hour % 24, user))
              .append(',')
              .append(x)
              .append(',')
              .append(random.nextGaussian())
              .append('\n');
        }
      }
    }
    Profiling profiling = new Profiling(folder);
    BaselineProfile profile =
        profiling.profile("--input", file("users.csv", csv.toString()).toString(), "--time", "at");

    assertThat(profile.features()).extracting(FeatureProfile::name).containsExactly("x", "alone");
    // 59 pairs of windows in a row, or 36 of the same hours of two days.
    assertThat(Profiling.feature(profile, "x").dispersion().windows()).isIn(59L, 36L);
    // The design effect, 1 + 19 x 0.2.
    assertThat(Profiling.feature(profile, "x").dispersion().factor()).isBetween(4.0, 5.6);
    assertThat(Profiling.feature(profile, "alone").dispersion().factor()).isBetween(1.0, 1.15);
    assertThat(profiling.out())
        .contains("scatter measured on 95 pairs of windows of PT1H by at", "times: x ")
        .containsPattern("psi mean +psi sd +psi q95 +psi q99")
        .doesNotContain("cannot fire");
    // Nine degrees of freedom in units of a window's rows, and of fewer by what users repeat.
    InControl users = Profiling.feature(profile, "x").inControl();
    InControl independent = Profiling.feature(profile, "alone").inControl();
    assertThat(independent.windows()).isEqualTo(60);
    assertThat(independent.mean()).isBetween(0.8 * 9 / 1_000, 1.15 * 9 / 1_000);
    assertThat(independent.sd()).isBetween(0.6 * 0.0042, 1.4 * 0.0042);
    assertThat(independent.q95()).isBetween(0.012, 0.022);
    assertThat(users.mean() / independent.mean()).isBetween(4.0, 5.6);
    assertThat(users.q99()).isGreaterThan(users.q95()).isLessThan(0.2);
  }

  /**
   * Hours of one word and of another in turn, the next day the other way round: known windows are
   * as far apart as can be, and so are those of the same hour.
   */
  @Test
  void featureWhoseWindowsScatterTooMuch_isToldThatItCannotFire() throws Exception {
    Random random = new Random(6);
    StringBuilder csv = new StringBuilder("at,shift,x\n");
    for (int hour = 0; hour < 48; hour++) {
      String shift = (hour + hour / 24) % 2 == 0 ? "early" : "late";
      for (int i = 0; i < 600; i++) {
        csv.append("2026-11-%02dT%02d:%02d:00Z".formatted(1 + hour / 24, hour % 24, i % 60))
            .append(',')
            .append(shift)
            .append(',')
            .append(random.nextGaussian())
            .append('\n');
      }
    }
    Profiling profiling = new Profiling(folder);
    profiling.profile("--input", file("shifts.csv", csv.toString()).toString(), "--time", "at");

    assertThat(profiling.out().lines().filter(line -> line.contains("cannot fire")))
        .singleElement()
        .asString()
        .contains("shift ", "cannot fire in windows of 600: threshold ", "at most ");
  }

  /**
   * Nights are 1.5 standard deviations from days. Against all rows that looked like a scatter of
   * hundreds, and a feature with such a one can never be flagged.
   */
  @Test
  void nights_areASeasonAndNoScatter() throws Exception {
    Random random = new Random(6);
    StringBuilder csv = new StringBuilder("at,x\n");
    for (int hour = 0; hour < 24 * 7; hour++) {
      for (int i = 0; i < 600; i++) {
        csv.append("2026-11-%02dT%02d:30:00Z".formatted(1 + hour / 24, hour % 24))
            .append(',')
            .append(random.nextGaussian() + (hour % 24 < 8 ? 1.5 : 0))
            .append('\n');
      }
    }
    BaselineProfile profile =
        new Profiling(folder)
            .profile("--input", file("nights.csv", csv.toString()).toString(), "--time", "at");

    assertThat(Profiling.feature(profile, "x").dispersion().windows()).isEqualTo(24 * 6);
    assertThat(Profiling.feature(profile, "x").dispersion().factor()).isBetween(1.0, 1.2);
  }

  /** One wrong time made nearly all windows of a month too rare to be chosen. */
  @Test
  void rowOf1970_leavesTheOthersAlone_inAnyOrder() throws Exception {
    Random random = new Random(7);
    List<String> rows = new ArrayList<>();
    for (int hour = 0; hour < 24 * 30; hour++) {
      for (int i = 0; i < 130; i++) {
        rows.add(
            "2026-11-%02dT%02d:30:00Z,%s"
                .formatted(1 + hour / 24, hour % 24, random.nextGaussian()));
      }
    }
    rows.add("1970-01-01T00:00:00Z,0");
    BaselineProfile inOrder = timed("ordered.csv", rows);
    Collections.shuffle(rows, random);
    BaselineProfile shuffled = timed("shuffled.csv", rows);

    // A hundred cells of four windows make two hundred pairs of either kind, and more side by side.
    assertThat(Profiling.feature(inOrder, "x").dispersion().windows()).isBetween(200L, 400L);
    assertThat(Profiling.feature(inOrder, "x").dispersion().factor()).isBetween(1.0, 1.2);
    assertThat(shuffled.id()).isEqualTo(inOrder.id());
  }

  private BaselineProfile timed(String name, List<String> rows) throws Exception {
    Path file = file(name, "at,x\n" + String.join("\n", rows) + "\n");
    return new Profiling(folder).profile("--input", file.toString(), "--time", "at");
  }

  @Test
  void timeThatIsNone_isABadRow_andAColumnThatIsNotThere_isSaid() throws Exception {
    Path file = file("t.csv", "at,x\n2026-11-01 12:00:00,1\nnoon,2\n1790000000000,3\n");
    Profiling profiling = new Profiling(folder);

    assertThat(
            Profiling.feature(profiling.profile("--input", file.toString(), "--time", "at"), "x")
                .n())
        .isEqualTo(2);
    assertThat(profiling.out()).contains("at is 'noon', due is a time").contains("stays unknown");
    assertThat(profiling.run("--input", file.toString(), "--time", "when")).isEqualTo(1);
    assertThat(profiling.err()).contains("no column is called when");
  }

  @Test
  void report_namesAtomsConstantsAndWhatIsMissing() throws Exception {
    Path file = file("a.csv", "x,same,empty,label\n" + "1.5,3,,a\n".repeat(50) + "2,3,,b\n");
    Profiling profiling = new Profiling(folder);

    profiling.profile("--input", file.toString());

    assertThat(profiling.out().lines())
        .anyMatch(line -> line.matches(" +x +numeric +51 +5 +2"))
        .anyMatch(line -> line.contains("constant 3.0"))
        .anyMatch(line -> line.matches(" +empty +numeric +0 +100.00 % +1 +0 +always missing"))
        .anyMatch(line -> line.matches(" +label +categorical +51 +2"));
  }

  @Test
  void sameRows_giveTheSameId_inEveryForm() throws Exception {
    BaselineProfile csv = new Profiling(folder).profile(csv(Flights.OPTIONS));
    BaselineProfile json =
        new Profiling(folder).profile(input(Flights.jsonLines(folder), Flights.OPTIONS));
    BaselineProfile packed =
        new Profiling(folder).profile(input(gzip(Flights.csv(folder)), Flights.OPTIONS));

    assertThat(Profiling.counts(json)).isEqualTo(Profiling.counts(csv));
    assertThat(json.id()).isEqualTo(csv.id()).isEqualTo(packed.id());
  }

  @Test
  void badRows_areLeftOutAndToldWithLineAndReason() throws Exception {
    Path file =
        file(
            "a.csv",
            "x,y,s\n1,a,0.5\n2,b\n3,c,1.5\n"
                + "4,d,0.5\n".repeat(10_000)
                + "five,e,0.5\n\n6,f,1\n");
    Profiling profiling = new Profiling(folder);

    BaselineProfile profile = profiling.profile("--input", file.toString(), "--score", "s");

    assertThat(profile.features()).allMatch(feature -> feature.n() == 10_002);
    assertThat(profiling.out())
        .contains(
            "3 bad rows left out",
            "line 3: 2 fields, the header has 3",
            "line 4: s is 1.5, due is a score from 0 to 1",
            "line 10005: x is 'five', due is a number");
  }

  @Test
  void tooManyBadRows_endItAndNothingIsWritten() throws Exception {
    Path file = file("a.csv", "x,y\n1,2\n" + "3\n".repeat(5));
    Profiling profiling = new Profiling(folder);

    assertThat(profiling.run("--input", file.toString(), "--max-bad-rows", "4")).isEqualTo(1);

    assertThat(profiling.err()).contains("more than 4 bad rows", "line 3: 1 fields");
    assertThat(profiling.output()).doesNotExist();
  }

  @Test
  void quotesThatDoNotMatch_endItWithTheLine() throws Exception {
    Path file = file("a.csv", "x,y\n1,2\n3,\"a\"b\n4,5\n");
    Profiling profiling = new Profiling(folder);

    assertThat(profiling.run("--input", file.toString())).isEqualTo(1);
    assertThat(profiling.err()).contains("line 3", "after closing quote");
  }

  @Test
  void openQuote_doesNotTakeTheRestOfALargeFileIn() throws Exception {
    Path file = file("a.csv", "x,y\n1,2\n3,\"a" + "\n4,5".repeat(600_000));
    Profiling profiling = new Profiling(folder);

    assertThat(profiling.run("--input", file.toString())).isEqualTo(1);
    assertThat(profiling.err()).contains("line 3");
  }

  @Test
  void codes_areWordsAndNotNumbers() throws Exception {
    Path file = file("a.csv", "zip,model\n" + "00501,7\n10001,7.0\n".repeat(10));

    BaselineProfile profile =
        new Profiling(folder).profile("--input", file.toString(), "--category", "model");

    assertThat(((CategoricalProfile) Profiling.feature(profile, "zip")).words())
        .containsExactly("00501", "10001");
    assertThat(((CategoricalProfile) Profiling.feature(profile, "model")).words())
        .containsExactly("7");
  }

  /** Live events say true, whatever pandas wrote. */
  @Test
  void truthsThatAreCategories_areWrittenAsLiveTrafficWritesThem() throws Exception {
    Path file = file("a.csv", "won,flag\n" + "True,False\nFalse,TRUE\nTrue,true\n".repeat(10));

    BaselineProfile profile =
        new Profiling(folder)
            .profile("--input", file.toString(), "--label", "won", "--category", "flag");

    for (String name : List.of("$label", "flag")) {
      assertThat((CategoricalProfile) Profiling.feature(profile, name))
          .returns(FeatureKind.CATEGORICAL, CategoricalProfile::kind)
          .returns(List.of("true", "false"), CategoricalProfile::words);
    }
  }

  @Test
  void numbers_areFloats_unlessDoublesAreAskedFor() throws Exception {
    Path file = file("a.csv", "x,id\n" + "0.1,123456789\n0.2,123456790\n".repeat(10));
    Profiling floats = new Profiling(folder);
    Profiling doubles = new Profiling(folder);

    BaselineProfile ofFloats = floats.profile("--input", file.toString());
    BaselineProfile ofDoubles =
        doubles.profile("--input", file.toString(), "--precision", "double");

    assertThat(ofFloats.precision()).isEqualTo(Precision.FLOAT);
    assertThat(numeric(ofFloats, "x").edges().toArray()).contains(0.1f, 0.2f);
    assertThat(numeric(ofFloats, "id")).matches(id -> id.min() == id.max());
    assertThat(floats.out()).contains("no float tells apart: id; --precision double");
    assertThat(ofDoubles.precision()).isEqualTo(Precision.DOUBLE);
    assertThat(numeric(ofDoubles, "x").edges().toArray()).contains(0.1, 0.2);
    assertThat(numeric(ofDoubles, "id")).matches(id -> id.min() < id.max());
    assertThat(doubles.out()).doesNotContain("no float");
    assertThat(refusal("--input", file.toString(), "--precision", "half"))
        .contains("must be float or double");
  }

  private static NumericProfile numeric(BaselineProfile profile, String name) {
    return (NumericProfile) Profiling.feature(profile, name);
  }

  /** Its fourth power is none: the profile could be written, and nobody read it. */
  @Test
  void valueThatNoMomentHolds_isInItsBinAlone() throws Exception {
    Path file = file("a.csv", "x\n" + "1\n2\n".repeat(50) + "1e80\n-1e300\n");

    NumericProfile x =
        numeric(
            new Profiling(folder).profile("--input", file.toString(), "--precision", "double"),
            "x");

    assertThat(x)
        .returns(102L, NumericProfile::n)
        .returns(1e80, NumericProfile::max)
        .returns(-1e300, NumericProfile::min);
    assertThat(x.moments().n()).isEqualTo(100);
    assertThat(x.moments().mean()).isCloseTo(1.5, within(1e-9));
  }

  @Test
  void csvThatIsNotUtf8_isRefusedWithItsLine() throws Exception {
    Path latin =
        Files.writeString(
            folder.resolve("latin.csv"),
            "city,x\n" + "Bonn,1\n".repeat(20_000) + "München,2\nBonn,3\n",
            StandardCharsets.ISO_8859_1);

    assertThat(refusal("--input", latin.toString())).contains("line 20002 is no UTF-8");
    assertThat(folder.resolve("baseline.json")).doesNotExist();
  }

  @Test
  void csvWithAMarkAtItsBeginning_isRead() throws Exception {
    Path file = file("a.csv", "\uFEFFcity,x\n" + "München,1\nBonn,2\n".repeat(30_000));

    BaselineProfile profile = new Profiling(folder).profile("--input", file.toString());

    assertThat(((CategoricalProfile) Profiling.feature(profile, "city")).words())
        .containsExactly("Bonn", "München");
  }

  /** What every job refuses is refused here, before it is published. */
  @Test
  void whatJobsRefuse_isRefused() throws Exception {
    String rows = "\n1,2\n3,4\n";
    assertThat(refusal("--input", file("a.csv", "x,\"y\nz\"" + rows).toString()))
        .contains("column 2 is called 'y?z'", "control character");
    assertThat(refusal("--input", file("a.csv", "x,*" + rows).toString()))
        .contains("taken for the model as a whole");
    String good = file("a.csv", "x,y" + rows).toString();
    assertThat(refusal("--input", good, "--created-at", "1979-12-31T00:00:00Z"))
        .contains("--created-at: 1979-12-31T00:00:00Z is before 1980");
    String ahead = Instant.now().plus(Duration.ofHours(25)).toString();
    assertThat(refusal("--input", good, "--created-at", ahead)).contains("more than a day after");
    assertThat(refusal("--input", good, "--data-end", "+20000-01-01T00:00:00Z"))
        .contains("every job would refuse this baseline: ");
    assertThat(folder.resolve("baseline.json")).doesNotExist();
  }

  @Test
  void creation_isTheEndOfTheCounting() throws Exception {
    Path file = file("a.csv", "x\n" + "1\n2\n3\n".repeat(300_000));
    Instant before = Instant.now();

    BaselineProfile profile =
        new Profiling(folder).profile("--input", file.toString(), "--created-at", "now");

    Instant after = Instant.now();
    assertThat(Duration.between(Instant.ofEpochMilli(profile.createdAtMillis()), after))
        .isLessThan(Duration.between(before, after).dividedBy(2));
  }

  @Test
  void format_isNamedAsTheHelpNamesIt() throws Exception {
    Path file = file("rows", "x\n1\n2\n");

    assertThat(new Profiling(folder).profile("--input", file.toString(), "--format", "csv"))
        .isNotNull();
    assertThat(refusal("--input", file.toString(), "--format", "xml"))
        .contains("must be csv, jsonl or parquet");
  }

  @Test
  void missingWords_andInfinityAndNaN_areWhatTheySay() throws Exception {
    Path file = file("a.csv", "x\n1\nNA\nNaN\n-inf\nInfinity\n2\n");

    BaselineProfile profile =
        new Profiling(folder).profile("--input", file.toString(), "--missing", "NA,null");

    assertThat((NumericProfile) profile.features().get(0))
        .returns(4L, NumericProfile::n)
        .returns(2L, NumericProfile::missing)
        .returns(2L, NumericProfile::infinite);
  }

  @Test
  void runwaysOwnEvents_areRead_withTheirFeatures() throws Exception {
    String event =
        """
        {"prediction_id":"p%d","score":0.%d,"ranking":["a"],"features":{"x":%d,"late":null,"c":"u"}}
        """;
    StringBuilder events = new StringBuilder();
    for (int i = 10; i < 60; i++) {
      events.append(event.formatted(i, i, i));
    }
    events.append(
        "{\"x\":\"ten\"}\n{\"x\":1,\n[]\n{\"x\":1}{}\n{\"x\":{\"y\":1}}\n\n{\"x\":1,\"x\":2}\n");
    Path file = file("a.jsonl", events.toString());
    Profiling profiling = new Profiling(folder);

    BaselineProfile profile =
        profiling.profile(
            "--input", file.toString(), "--score", "score", "--ignore", "prediction_id");

    // A text in a column of numbers among the first lines makes it one of categories.
    assertThat(profile.features())
        .extracting(FeatureProfile::name)
        .containsExactly("$score", "x", "late", "c");
    assertThat(Profiling.feature(profile, "x").kind()).isEqualTo(FeatureKind.CATEGORICAL);
    assertThat(profiling.out())
        .contains(
            "left out: ranking holds arrays or objects",
            "line 52: no JSON",
            "line 53: no JSON object",
            "line 54: something after the end",
            "line 57: no JSON: Duplicate field 'x'");
  }

  @Test
  void columnThatIsNotThere_isNamedBesideThoseThatAre() throws Exception {
    Path file = file("a.csv", "x,y\n1,2\n");
    Profiling profiling = new Profiling(folder);

    assertThat(profiling.run("--input", file.toString(), "--ignore", "z")).isEqualTo(1);
    assertThat(profiling.err()).contains("no column is called z; there are x, y");
  }

  @Test
  void wrongOptions_areRefusedWithTheRemedy() throws Exception {
    Path file = file("a.txt", "x\n1\n");

    assertThat(refusal("--input", file.toString())).contains("say --format");
    assertThat(refusal("--input", file.toString(), "--jdbc", "jdbc:postgresql:x"))
        .contains("one of --input FILE and --jdbc URL");
    assertThat(refusal("--jdbc", "jdbc:postgresql:x")).contains("one of --table and --query");
    assertThat(refusal("--jdbc", "jdbc:postgresql://h/x?password=secret", "--table", "t"))
        .contains("everybody on this machine can read arguments")
        .doesNotContain("secret");
    assertThat(refusal("--jdbc", "jdbc:postgresql://h/x", "--table", "t; DROP TABLE u"))
        .contains("is no name of a table");
    assertThat(refusal("--input", folder.resolve("none.csv").toString())).contains("none.csv");
    assertThat(refusal("--input", file("e.csv", "").toString())).contains("is empty");
    assertThat(refusal("--input", file("h.csv", "x,y\n").toString())).contains("no row to count");
    assertThat(refusal("--input", file("d.csv", "x,x\n1,2\n").toString()))
        .contains("two columns are called x");
    assertThat(refusal("--input", file("p.parquet", "no parquet").toString()))
        .contains("as Parquet");
  }

  private String refusal(String... options) {
    Profiling profiling = new Profiling(folder);
    assertThat(profiling.run(options)).isNotZero();
    return profiling.err();
  }

  private String[] csv(String... options) throws IOException {
    return input(Flights.csv(folder), options);
  }

  private static String[] input(Path file, String... options) {
    String[] all = Arrays.copyOf(options, options.length + 2);
    all[options.length] = "--input";
    all[options.length + 1] = file.toString();
    return all;
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static Path gzip(Path file) throws IOException {
    Path packed = file.resolveSibling(file.getFileName() + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(Files.readString(file).getBytes(StandardCharsets.UTF_8));
    }
    return packed;
  }
}
