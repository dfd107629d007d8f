package dev.runway.control.graph;

import dev.runway.control.http.Answer;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;

/** Lineage that other systems send. */
public final class Imports {
  private Imports() {}

  public static void handle(Handlers handlers) {
    handlers
        .change(
            Operation.TAKE_LINEAGE,
            (call, change) ->
                Answer.ok(
                    LineageStore.store(change, call.subject(), OpenLineage.read(call.json()))))
        .change(
            Operation.IMPORT_LINEAGE,
            (call, change) ->
                Answer.ok(LineageStore.store(change, call.subject(), Lineage.of(call))));
  }
}
