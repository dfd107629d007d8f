package dev.runway.control.ledger;

import dev.runway.control.database.Database;
import dev.runway.control.outbox.Change;
import java.util.UUID;

/** A person's yes, without the HTTP by which the API alone takes it: the ledger's next step. */
public final class Assent {
  private Assent() {}

  /** Lets a command go that waits for a person. */
  public static void give(Ledger ledger, Database database, UUID commandId) {
    database.write(
        sql -> {
          Books.lock(sql);
          ledger.release(new Change(sql, "user:ada", "r-" + commandId), commandId);
          return true;
        });
  }
}
