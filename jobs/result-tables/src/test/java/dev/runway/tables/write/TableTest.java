package dev.runway.tables.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void tableWithRevisions_isUpdatedByNewerRowsOnly() {
    assertThat(Samples.COUNTS.upsert("replay"))
        .isEqualTo(
            """
            INSERT INTO replay.counts AS kept (name, hour, ratio, revision)
            SELECT name, hour, ratio, revision FROM unnest(?::text[], ?::timestamptz[], \
            ?::float8[], ?::int8[]) AS row (name, hour, ratio, revision)
            ON CONFLICT (name, hour) DO UPDATE SET ratio = excluded.ratio, revision = \
            excluded.revision WHERE (excluded.revision) >= (kept.revision)""");
  }

  @Test
  void equalRevisions_areToldApartByTheColumnAfterThem() {
    assertThat(
            new Table("t", Samples.COUNTS.columns(), 2, List.of("revision", "ratio")).upsert("s"))
        .endsWith("WHERE (excluded.revision, excluded.ratio) >= (kept.revision, kept.ratio)");
  }

  @Test
  void tableWithoutRevisions_keepsTheFirstRow() {
    assertThat(Samples.NOTES.upsert("runway")).endsWith("ON CONFLICT DO NOTHING");
  }

  @Test
  void revisionThatIsNoColumnBesideTheKey_isRefused() {
    var columns = Samples.COUNTS.columns();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Table("t", columns, 2, List.of("name")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Table("t", columns, 2, List.of("revision", "rank")));
    assertThatIllegalArgumentException().isThrownBy(() -> new Table("t", columns, 0, List.of()));
  }
}
