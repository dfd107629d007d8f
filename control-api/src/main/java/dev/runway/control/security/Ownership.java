package dev.runway.control.security;

import dev.runway.control.database.Database;
import java.util.Optional;

/** Whose a thing is. */
public final class Ownership {
  private final Database database;

  public Ownership(Database database) {
    this.database = database;
  }

  /** Team of a model; empty when there is no such model. */
  public Optional<String> teamOfModel(String modelId) {
    return team("SELECT team FROM models WHERE model_id = ?", modelId);
  }

  /** Team of a policy; empty when there is no such policy. */
  public Optional<String> teamOfPolicy(String policy) {
    return team("SELECT team FROM policies WHERE policy = ?", policy);
  }

  private Optional<String> team(String question, String id) {
    return database.read(sql -> sql.row(question, id)).map(row -> row.path("team").asText());
  }
}
