package dev.runway.demo.scenario;

import java.util.List;

/** What the samples hold, from their first day on and without any model, in order of time. */
public final class Histories {
  private Histories() {}

  /** Bird strikes, 1990 to 2002: was there damage? */
  public static List<HistoryCase> strikes() {
    return StrikeDamage.history();
  }

  /** Days of Seattle from 2012 on, and of New York from 1 July 2014 on: will anything fall? */
  public static List<HistoryCase> weather() {
    return RainTomorrow.history();
  }

  /**
   * Flights of January to March 2001: more than 15 minutes late? In the week from 19 March the feed
   * of delays comes in seconds.
   */
  public static List<HistoryCase> flights() {
    return LateArrival.history();
  }
}
