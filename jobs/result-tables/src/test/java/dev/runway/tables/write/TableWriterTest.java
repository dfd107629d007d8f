package dev.runway.tables.write;

import static dev.runway.tables.write.Samples.count;
import static dev.runway.tables.write.Samples.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.model.Reason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** How a writer behaves, with a store in memory that fails as told. */
class TableWriterTest {
  private static final Duration WAIT = Duration.ofSeconds(20);

  private final Memory store = new Memory();
  private final Tally tally = new Tally();
  private final ManualClock clock = new ManualClock();
  private final List<String> refused = new ArrayList<>();
  private final TableWriter writer = writer(Samples.COUNTS, 8);
  private final TableWriter big = writer(Samples.COUNTS, 1_000);

  private TableWriter writer(Table table, int batchRows) {
    return new TableWriter(
        table,
        store,
        new TableWriter.Limits(batchRows, 10_000, WAIT),
        tally,
        (row, why) -> refused.add(row.values()[0] + " " + why.reason() + " " + why.detail()),
        clock);
  }

  @Test
  void rows_areWrittenWhenTheBatchIsFullAndNotBefore() throws Exception {
    add("a", "b", "c", "d", "e", "f", "g");
    assertThat(store.names).isEmpty();
    assertThat(writer.waiting()).isEqualTo(7);

    add("h");
    assertThat(store.names).containsExactly("a", "b", "c", "d", "e", "f", "g", "h");
    assertThat(writer.waiting()).isZero();
    assertThat(tally.of("written")).isEqualTo(8);
  }

  @Test
  void flushOfNothing_doesNotReachTheStore() throws Exception {
    writer.flush();
    assertThat(store.statements).isZero();
  }

  @Test
  void badRows_leaveAloneAndTheirNeighboursGetIn() throws Exception {
    store.bad.addAll(Set.of("b", "g"));
    add("a", "b", "c", "d", "e", "f", "g", "h");

    assertThat(store.names).containsExactly("a", "c", "d", "e", "f", "h");
    assertThat(refused)
        .containsExactly(
            "b REFUSED_BY_DATABASE 22021: bad row", "g REFUSED_BY_DATABASE 22021: bad row");
    assertThat(tally.of("written")).isEqualTo(6);
    assertThat(tally.of("refused")).isEqualTo(2);
    assertThat(tally.of("retried")).isZero();
  }

  @Test
  void rowThatCannotBeStored_neverReachesTheStore() throws Exception {
    writer.add(count("a\u0000", 1));
    writer.add(count("b", 0, Double.NaN, 1));
    writer.flush();

    assertThat(store.statements).isZero();
    assertThat(refused).hasSize(2).allMatch(one -> one.contains(Reason.BAD_VALUE.name()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"08006", "57P01", "53100", "40P01", "25006", "42P01", "28P01", "XX000"})
  void shortOutageOfAnyKind_isWaitedForOnANewConnection(String state) throws Exception {
    store.faults.add(new SQLException("away", state));
    store.faults.add(new SQLException("away", state));
    add("a");
    writer.flush();

    assertThat(store.names).containsExactly("a");
    assertThat(store.disconnects).isEqualTo(2);
    assertThat(clock.slept).containsExactly(100L, 200L);
    assertThat(tally.of("retried")).isEqualTo(2);
    assertThat(writer.outageSeconds()).isZero();
  }

  @Test
  void longOutage_failsInOrderAfterTheWait() throws Exception {
    store.down = true;
    add("a");

    assertThatThrownBy(writer::flush)
        .isInstanceOf(DatabaseAway.class)
        .hasMessageContaining("counts could not be written for 2")
        .hasMessageContaining("runway.tables.outage-wait");
    assertThat(clock.slept).startsWith(100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L);
    assertThat(clock.seconds()).isBetween(20L, 25L);
    assertThat(writer.outageSeconds()).isEqualTo(clock.seconds());
    assertThat(tally.of("written")).isZero();
  }

  @Test
  void secondOutage_isWaitedForAsLongAsTheFirst() throws Exception {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 7; i++) { // 11.3 s of waiting
        store.faults.add(new SQLException("away", "08006"));
      }
      add("a" + round);
      writer.flush();
    }
    assertThat(store.names).containsExactly("a0", "a1", "a2");
  }

  @Test
  void outageWhileABatchIsHalved_isWaitedForToo() throws Exception {
    store.bad.add("c");
    store.faults.add(new SQLException("bad row", "22021"));
    store.faults.add(new SQLException("away", "08006"));
    add("a", "b", "c", "d");
    writer.flush();

    assertThat(store.names).containsExactly("a", "b", "d");
    assertThat(refused).hasSize(1);
  }

  @Test
  void interruptedWait_endsTheFlush() throws Exception {
    store.down = true;
    clock.interrupted = true;
    add("a");
    assertThatThrownBy(writer::flush).isInstanceOf(InterruptedException.class);
  }

  @Test
  void everyRow_hasOneFate() throws Exception {
    store.bad.add("x");
    store.outdated.add("o");
    writer.add(count("r", 1));
    writer.add(count("r", 2));
    add("x", "o", "w", "\u0000");
    writer.flush();
    add("later");

    assertThat(tally.of("received")).isEqualTo(7);
    assertThat(tally.of("written")).isEqualTo(2);
    assertThat(tally.of("outdated")).isEqualTo(1);
    assertThat(tally.of("replaced")).isEqualTo(1);
    assertThat(tally.of("refused")).isEqualTo(2);
    assertThat(writer.waiting()).isEqualTo(1);
  }

  @Test
  void olderRowOfARefusedOne_isWrittenInItsPlace() throws Exception {
    store.bad.addAll(Set.of("k 6", "k 5"));
    add("a");
    for (long revision : new long[] {3, 4, 6, 5}) {
      writer.add(count("k", revision));
    }
    writer.flush();

    assertThat(store.rows).containsExactly("a 1", "k 4");
    assertThat(refused).hasSize(2);
    assertThat(tally.of("received")).isEqualTo(5);
    assertThat(tally.of("written")).isEqualTo(2);
    assertThat(tally.of("refused")).isEqualTo(2);
    assertThat(tally.of("replaced")).isEqualTo(1);
    assertThat(writer.waiting()).isZero();
  }

  @Test
  void rowsOfOneKey_fillTheBufferToo() throws Exception {
    for (long revision = 1; revision <= 8; revision++) {
      writer.add(count("k", revision));
    }
    assertThat(store.rows).containsExactly("k 8");
    assertThat(tally.of("replaced")).isEqualTo(7);
  }

  @Test
  void largeRows_areWrittenBeforeTheBatchIsFull() throws Exception {
    var notes = writer(Samples.NOTES, 8);
    notes.add(note("a", new int[4_999]));
    notes.add(note("b", new int[4_999]));
    assertThat(notes.waiting()).isZero();
    assertThat(store.names).containsExactly("a", "b");

    notes.add(note("c", new int[9_000]));
    assertThat(notes.waiting()).isEqualTo(1);
  }

  @Test
  void tableThatRefusesAllEventsAlike_isWaitedForLikeAnOutage() throws Exception {
    store.allBad = refusal("23514", "n", "wrong_check");
    store.healedAfterStatements = 3 * (2 * 20 - 1); // Three times halved in vain.
    addEvents(20);
    big.flush();

    assertThat(refused).isEmpty();
    assertThat(store.names).hasSize(20);
    assertThat(tally.of("written")).isEqualTo(20);
    assertThat(tally.of("retried")).isPositive();
    assertThat(big.outageSeconds()).isZero();
  }

  @Test
  void tableThatStaysWrong_failsAfterTheWaitAndSaysWhy() throws Exception {
    store.allBad = refusal("23502", "c", "ratio");
    addEvents(20);

    assertThatThrownBy(big::flush)
        .isInstanceOf(DatabaseAway.class)
        .hasMessageContaining("all 20 rows are refused alike")
        .hasMessageContaining("schema that of this release?");
    assertThat(refused).isEmpty();
  }

  @Test
  void columnThatTheJobDoesNotKnow_isNoFaultOfASingleRow() throws Exception {
    store.allBad = refusal("23502", "c", "added_later");
    addEvents(1);

    assertThatThrownBy(big::flush).isInstanceOf(DatabaseAway.class);
    assertThat(refused).isEmpty();
  }

  /**
   * PostgreSQL names no constraint when a row was on its way to a piece that is not its own now.
   */
  @Test
  void pieceThatWasMadeMeanwhile_blamesNoRow() throws Exception {
    store.faults.add(new SQLException("violates partition constraint", "23514"));
    add("a");
    writer.flush();

    assertThat(store.names).containsExactly("a");
    assertThat(refused).isEmpty();
    assertThat(tally.of("retried")).isEqualTo(1);
  }

  @Test
  void fewBadEvents_areDeadLettersThoughNothingElseIsThere() throws Exception {
    store.allBad = refusal("23514", "n", "some_check");
    addEvents(19);
    big.flush();
    assertThat(refused).hasSize(19);
    assertThat(tally.of("retried")).isZero();
  }

  @Test
  void manyBadRowsOfOneEvent_areDeadLetters() throws Exception {
    store.allBad = refusal("23514", "n", "some_check");
    for (int i = 0; i < 50; i++) {
      big.add(count("n" + i, 1));
    }
    big.flush();
    assertThat(refused).hasSize(50);
  }

  @Test
  void floodOfBadEvents_isDeadLettersWhenOneGoodRowGetsIn() throws Exception {
    store.allBad = refusal("23514", "n", "some_check");
    store.good.add("n17");
    addEvents(50);
    big.flush();
    assertThat(refused).hasSize(49);
    assertThat(store.names).containsExactly("n17");
  }

  @Test
  void pruning_isAskedForAgainWhenItFails() throws Exception {
    store.pruned = 3;
    writer.prune();
    assertThat(tally.of("pruned")).isZero(); // These rows stay.

    var notes = writer(Samples.NOTES, 8);
    notes.prune();
    assertThat(tally.of("pruned")).isEqualTo(3);

    store.down = true;
    notes.prune();
    assertThat(store.disconnects).isEqualTo(1);
    store.down = false;
    notes.prune();
    assertThat(tally.of("pruned")).isEqualTo(6);
  }

  /** A step that takes long is ended by its limit and undone, and the next ones are smaller. */
  @Test
  void rollUp_asksForMoreWhileItIsQuickAndForLessWhenItFails() throws Exception {
    var days = writer(Samples.DAYS, 8);
    store.toRollUp = 1_000;
    days.rollUp();
    // The last one finds fewer than it asks for.
    assertThat(store.asked).containsExactly("10", "20", "40", "80", "160", "320", "640");
    assertThat(tally.of("rolledUp")).isEqualTo(1_000);

    store.asked.clear();
    store.toRollUp = 5_000;
    store.mostOfAStep = 100;
    days.rollUp();
    days.rollUp();
    assertThat(store.disconnects).isEqualTo(2);
    assertThat(store.asked).startsWith("640", "80", "160");

    store.asked.clear();
    store.mostOfAStep = Integer.MAX_VALUE;
    store.millisOfAStep = 2_100;
    days.rollUp();
    assertThat(store.asked).as("time is over").hasSize(1);
    days.rollUp();
    assertThat(Integer.parseInt(store.asked.get(1), 10))
        .isEqualTo(Integer.parseInt(store.asked.get(0), 10) / 2);
  }

  /** The newest takes too long even alone: all others are made, and it is tried again. */
  @Test
  void rollUp_goesPastOneThatFailsAlone() {
    var days = writer(Samples.DAYS, 8);
    store.due = new ArrayList<>(IntStream.range(0, 40).boxed().toList());
    store.neverMade = 39;

    for (int i = 0; i < 5; i++) {
      days.rollUp();
    }

    assertThat(store.due).containsExactly(39);
    store.neverMade = -1;
    store.asked.clear();
    days.rollUp();
    assertThat(store.due).isEmpty();
  }

  @Test
  void rollUp_waitsForTheDatabase_andTheNextOneIsAskedForAllTheSame() throws Exception {
    var days = writer(Samples.DAYS, 8);
    store.down = true;
    days.rollUp();
    days.rollUp();
    assertThat(store.asked).as("never nothing").containsExactly("10", "1");
    store.down = false;
    store.toRollUp = 1;
    days.rollUp();
    assertThat(tally.of("rolledUp")).isEqualTo(1);
  }

  private void addEvents(int events) throws Exception {
    for (int i = 0; i < events; i++) {
      big.add(count("n" + i, new Origin("topic", 0, i, 0)));
    }
  }

  /** As PostgreSQL says it: with a column (c) or a constraint (n). */
  private static SQLException refusal(String state, String kind, String name) {
    return new PSQLException(
        new ServerErrorMessage("C" + state + "\0Mrefused\0" + kind + name + "\0"));
  }

  private void add(String... names) throws Exception {
    for (String name : names) {
      writer.add(count(name, 1));
    }
  }

  private static String nameAndRevision(TableRow row) {
    return row.values()[0] + " " + row.values()[row.values().length - 1];
  }

  private final class Memory implements RowStore {
    final Set<String> names = new TreeSet<>();
    final Set<String> rows = new TreeSet<>();
    final Set<String> bad = new TreeSet<>();
    final Set<String> good = new TreeSet<>();
    final Set<String> outdated = new TreeSet<>();
    final Deque<SQLException> faults = new ArrayDeque<>();
    @Nullable SQLException allBad;
    int healedAfterStatements = Integer.MAX_VALUE;
    boolean down;
    int pruned;
    int toRollUp;
    List<Integer> due = new ArrayList<>();
    int neverMade = -1;
    int mostOfAStep = Integer.MAX_VALUE;
    long millisOfAStep;
    final List<String> asked = new ArrayList<>();
    int statements;
    int disconnects;

    @Override
    public int upsert(List<TableRow> rows) throws SQLException {
      statements++;
      if (down) {
        throw new SQLException("connection refused", "08001");
      }
      if (!faults.isEmpty()) {
        throw faults.poll();
      }
      List<String> sent = rows.stream().map(row -> (String) row.values()[0]).toList();
      if (allBad != null && statements <= healedAfterStatements && !good.containsAll(sent)) {
        throw allBad;
      }
      List<String> revisions = rows.stream().map(TableWriterTest::nameAndRevision).toList();
      if (sent.stream().anyMatch(bad::contains) || revisions.stream().anyMatch(bad::contains)) {
        throw new SQLException("bad row\n  statement follows", "22021");
      }
      List<String> newer = sent.stream().filter(name -> !outdated.contains(name)).toList();
      names.addAll(newer);
      this.rows.addAll(revisions);
      return newer.size();
    }

    @Override
    public int prune() throws SQLException {
      if (down) {
        throw new SQLException("connection refused", "08001");
      }
      return pruned;
    }

    @Override
    public int rollUp(String function, int most, int turn) throws SQLException {
      asked.add(Integer.toString(most));
      if (down) {
        throw new SQLException("connection refused", "08001");
      }
      if (!due.isEmpty()) {
        int from = turn == 0 ? Math.max(due.size() - most, 0) : turn % due.size();
        List<Integer> taken = due.subList(from, Math.min(from + most, due.size()));
        if (taken.contains(neverMade)) {
          throw new SQLException("canceling statement due to statement timeout", "57014");
        }
        int made = taken.size();
        taken.clear();
        return made;
      }
      clock.nanos += millisOfAStep * 1_000_000;
      if (most > mostOfAStep) {
        throw new SQLException("canceling statement due to statement timeout", "57014");
      }
      int made = Math.min(most, toRollUp);
      toRollUp -= made;
      return made;
    }

    @Override
    public void disconnect() {
      disconnects++;
    }

    @Override
    public void close() {}
  }

  private static final class ManualClock implements Outage.Clock {
    final List<Long> slept = new ArrayList<>();
    boolean interrupted;
    private long nanos;

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void sleep(long millis) throws InterruptedException {
      if (interrupted) {
        throw new InterruptedException();
      }
      slept.add(millis);
      nanos += millis * 1_000_000;
    }

    long seconds() {
      return nanos / 1_000_000_000;
    }
  }
}
