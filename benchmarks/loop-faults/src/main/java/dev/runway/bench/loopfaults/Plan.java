package dev.runway.bench.loopfaults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/**
 * What happens in the day, all of it from one seed.
 *
 * <p>Windows end at whole tens of minutes, are judged four minutes later, and a command leaves
 * three minutes after that, when the fleet has heard of the episode; trainings end with such a
 * minute too. So nothing that is decided stands on the edge of a minute: what the ledger does takes
 * seconds of its time in peace, and minutes of it where it was killed, and both are the same to a
 * decision.
 *
 * @param ticks minutes that are played
 * @param models all of them
 * @param spells by time
 * @param kills by time; none of them in peace
 */
public record Plan(long seed, int ticks, List<Model> models, List<Spell> spells, List<Kill> kills) {

  /** A window is judged so long after its end. */
  static final int JUDGED_AFTER = 4;

  /** A reading is there so long after the end of its window. */
  static final int READ_AFTER = 3;

  /** From the judgement to the command: so long the fleet hears of an episode. */
  static final int HEARD_AFTER = 3;

  /** The first minute at which anything can be judged: of the windows that end at midnight. */
  static final int FIRST = JUDGED_AFTER;

  private static final int TEN = 10;
  private static final int FIRST_SPELL = 2 * TEN;
  private static final int LONGEST_TRAINING = 3 * TEN;

  /** After the last spell: its training, and windows of the version that came of it. */
  private static final int LAST_SPELL = JUDGED_AFTER + HEARD_AFTER + LONGEST_TRAINING + TEN;

  /** Of one model: training and cool-down are over, and the new version was judged. */
  private static final int BETWEEN_SPELLS = 120;

  private static final int LEAST_PART = 180;
  private static final int MOST_SPELLS = 4;
  private static final int HOUR = 60;

  /** So many models for each that is stale within an hour: a tenth of a fleet is a storm. */
  private static final int CALM = 11;

  private static final long LONGEST_DELAY_MILLIS = 1_500;

  /** Copies. */
  public Plan {
    models = List.copyOf(models);
    spells = List.copyOf(spells);
    kills = List.copyOf(kills);
  }

  /** A day of 200 episodes, each process killed four times. */
  public static Plan whole(long seed) {
    return of(seed, 1_440, 200, 4);
  }

  /** Two and a half hours of 20 episodes, each process killed once. */
  public static Plan small(long seed) {
    return of(seed, 156, 20, 1);
  }

  /**
   * Makes one.
   *
   * @param ticks minutes, at most those of a day
   * @param killsOfEach how often each process dies
   * @throws IllegalArgumentException if so much does not happen in so short a time
   */
  public static Plan of(long seed, int ticks, int episodes, int killsOfEach) {
    int last = FIRST + ticks - 1 - LAST_SPELL;
    if (episodes < 1 || ticks > 24 * HOUR || last < FIRST_SPELL + HOUR) {
      throw new IllegalArgumentException(
          "1 episode and more in 124 to 1,440 ticks, not %d in %d".formatted(episodes, ticks));
    }
    Random random = new Random(seed);
    int parts = Math.max(1, Math.min(MOST_SPELLS, (last - FIRST_SPELL) / LEAST_PART));
    // Not as many as there is time for: models differ in how often they drift.
    int drifting = parts == 1 ? episodes : (3 * episodes + 3 * parts - 3) / (3 * parts - 2);
    List<Model> models = new ArrayList<>();
    for (int i = 0; i < drifting; i++) {
      models.add(Model.ofTier("drifting-%03d".formatted(i), 1 + i % 2));
    }
    List<Spell> spells = spells(random, models, episodes, parts, last);
    int calm = CALM * mostInAnHour(spells) - drifting;
    for (int i = 0; i < calm; i++) {
      models.add(Model.ofTier("calm-%03d".formatted(i), 4));
    }
    return new Plan(seed, ticks, models, spells, kills(random, ticks, killsOfEach));
  }

  private static List<Spell> spells(
      Random random, List<Model> models, int episodes, int parts, int last) {
    int part = (last - FIRST_SPELL) / parts;
    int room = parts == 1 ? part : part - BETWEEN_SPELLS;
    List<Spell> spells = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      Model model = models.get(i);
      int own = episodes / models.size() + (i < episodes % models.size() ? 1 : 0);
      List<Integer> which = new ArrayList<>();
      for (int each = 0; each < parts; each++) {
        which.add(each);
      }
      Collections.shuffle(which, random);
      for (int each : which.subList(0, own)) {
        int earliest = FIRST_SPELL + each * part;
        int window = model.windowMinutes();
        int end = (earliest + random.nextInt(room) + window - 1) / window * window;
        int training = TEN * (1 + random.nextInt(LONGEST_TRAINING / TEN));
        spells.add(new Spell(model.id(), Math.min(end, last / window * window), training));
      }
    }
    spells.sort(
        (a, b) -> a.end() == b.end() ? a.modelId().compareTo(b.modelId()) : a.end() - b.end());
    return spells;
  }

  private static int mostInAnHour(List<Spell> spells) {
    int most = 0;
    for (Spell first : spells) {
      int together = 0;
      for (Spell other : spells) {
        together += other.end() >= first.end() && other.end() < first.end() + HOUR ? 1 : 0;
      }
      most = Math.max(most, together);
    }
    return most;
  }

  /** One in each of as many equal parts of the time; half of them where most is decided. */
  private static List<Kill> kills(Random random, int ticks, int ofEach) {
    List<Kill> kills = new ArrayList<>();
    int all = ofEach * Victim.values().length;
    double begin = FIRST_SPELL;
    double length = FIRST + ticks - 2 * TEN - begin;
    for (int round = 0; round < ofEach; round++) {
      List<Victim> victims = new ArrayList<>(List.of(Victim.values()));
      Collections.shuffle(victims, random);
      for (Victim victim : victims) {
        int minute = (int) (begin + (kills.size() + random.nextDouble()) * length / all);
        if (random.nextBoolean()) {
          minute = minute / TEN * TEN + JUDGED_AFTER + random.nextInt(HEARD_AFTER + 1);
        }
        kills.add(new Kill(victim, minute, (long) (random.nextDouble() * LONGEST_DELAY_MILLIS)));
      }
    }
    kills.sort((a, b) -> a.minute() - b.minute());
    return kills;
  }

  /** The same day in which nobody dies. */
  Plan inPeace() {
    return new Plan(seed, ticks, models, spells, List.of());
  }

  /** The last minute. */
  int last() {
    return FIRST + ticks - 1;
  }

  /** Spells of each model, by the minute at which their first window ends. */
  Map<String, NavigableMap<Integer, Spell>> spellsOfModels() {
    Map<String, NavigableMap<Integer, Spell>> all = new HashMap<>();
    for (Spell spell : spells) {
      all.computeIfAbsent(spell.modelId(), id -> new TreeMap<>()).put(spell.end(), spell);
    }
    return all;
  }

  /** Models that drift at some time. */
  List<Model> drifting() {
    return models.stream().filter(model -> model.tier() < 4).toList();
  }
}
