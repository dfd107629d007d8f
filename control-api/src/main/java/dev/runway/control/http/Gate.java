package dev.runway.control.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Sql;
import dev.runway.control.outbox.Change;
import dev.runway.control.security.Access;
import dev.runway.control.security.AuthenticationFailed;
import dev.runway.control.security.Authenticator;
import dev.runway.control.security.Ownership;
import dev.runway.control.security.RateLimit;
import dev.runway.control.security.Role;
import dev.runway.control.security.Subject;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where every request passes: who asks, whether they may, and in which transaction. Handlers behind
 * it ask nothing of that kind again.
 */
public final class Gate {
  private final Authenticator authenticator;
  private final RateLimit rate;
  private final Ownership ownership;
  private final Database database;
  private final Runnable messagesWait;
  private final Lane walks = Lane.besideOthers();

  /**
   * @param messagesWait told after a transaction that left messages
   */
  public Gate(
      Authenticator authenticator,
      RateLimit rate,
      Ownership ownership,
      Database database,
      Runnable messagesWait) {
    this.authenticator = authenticator;
    this.rate = rate;
    this.ownership = ownership;
    this.database = database;
    this.messagesWait = messagesWait;
  }

  /** What is known of a request before its body is read. */
  record Request(
      @Nullable String authorization, String address, String requestId, Map<String, String> path) {}

  /**
   * Who asks, if they may use the operation on what the path names.
   *
   * @throws Problem 401, 403, 404 or 429
   */
  Subject enter(Operation operation, Request request) {
    Access access = operation.access();
    Role role = access.role();
    if (role == null) {
      return Subject.NOBODY; // Cheap answers that balancers ask for all the time.
    }
    Subject subject = authenticated(request);
    requireNoWait(rate.take("subject " + subject.name()));
    if (!subject.has(role)) {
      throw Problem.forbidden("this takes the role " + role.word());
    }
    for (Access.Owned owned : access.owned()) {
      switch (owned) {
        case MODEL_SEEN -> requireModel(subject, request.path(), false);
        case MODEL -> requireModel(subject, request.path(), true);
        case POLICY -> requirePolicy(subject, request.path());
        case SPACE -> requireSpace(subject, request.path());
        case ALERT -> requireAlert(subject, request.path());
        case TEAM -> requireIn(subject, request.path().getOrDefault("team", ""));
        case ALL_MODELS -> requireAll(subject);
        case BODY_TEAM -> {
          // Looked at when the body is read.
        }
      }
    }
    return subject;
  }

  private Subject authenticated(Request request) {
    // By address: who guesses has no name yet. Before the guess is looked up, which is what costs.
    String address = "address " + request.address();
    requireNoWait(rate.look(address));
    try {
      return authenticator.authenticate(request.authorization());
    } catch (AuthenticationFailed e) {
      requireNoWait(rate.take(address));
      throw Problem.unauthenticated(e.reason());
    }
  }

  private static void requireNoWait(long seconds) {
    if (seconds > 0) {
      throw Problem.tooMany(seconds);
    }
  }

  private void requireModel(Subject subject, Map<String, String> path, boolean toChange) {
    String modelId = path.getOrDefault("model", "");
    Optional<String> team =
        subject.sees(modelId) ? ownership.teamOfModel(modelId) : Optional.empty();
    if (team.isEmpty()) {
      throw noModel(modelId);
    }
    if (toChange) {
      requireTeam(subject, modelId, team.get());
    }
  }

  private static void requireAll(Subject subject) {
    if (subject.models() != null) {
      throw Problem.forbidden("this token is for some models only");
    }
  }

  private void requireSpace(Subject subject, Map<String, String> path) {
    // A space names the models that use it: whether there is one is not for every token.
    requireAll(subject);
    String space = path.getOrDefault("space", "");
    Optional<String> team = ownership.teamOfSpace(space);
    if (team.isEmpty()) {
      throw noSpace(space);
    }
    requireTeam(subject, space, team.get());
  }

  private void requirePolicy(Subject subject, Map<String, String> path) {
    String policy = path.getOrDefault("policy", "");
    Optional<String> team = ownership.teamOfPolicy(policy);
    if (team.isEmpty()) {
      throw noPolicy(policy);
    }
    requireTeam(subject, policy, team.get());
  }

  private void requireAlert(Subject subject, Map<String, String> path) {
    String alert = path.getOrDefault("alert", "");
    requireOwner(subject, alert, ownership.ownerOfAlert(UUID.fromString(alert)));
  }

  private static void requireOwner(
      Subject subject, String alert, Optional<Ownership.OfAlert> found) {
    Ownership.OfAlert owner = found.orElseThrow(() -> noAlert(alert));
    String modelId = owner.modelId();
    // Of what a token may not see it is not told whether it is there.
    if (modelId == null ? subject.models() != null : !subject.sees(modelId)) {
      throw noAlert(alert);
    }
    String team = owner.team();
    if (team != null) {
      requireTeam(subject, alert, team);
    } else if (!subject.has(Role.ADMIN)) {
      throw Problem.forbidden(alert + " is of no team: an administrator judges it");
    }
  }

  /**
   * Whether the team that the body names is the subject's.
   *
   * @throws Problem 403
   */
  private static void requireBodyTeam(Call call) {
    if (call.operation().access().owned().contains(Access.Owned.BODY_TEAM)) {
      ObjectNode body = call.json();
      // A policy names its team in its metadata.
      String team = body.path("team").asText(body.path("metadata").path("team").asText());
      requireIn(call.subject(), team);
    }
  }

  private static void requireIn(Subject subject, String team) {
    if (!subject.isIn(team)) {
      throw Problem.forbidden("you are not in team " + team);
    }
  }

  /** Answers within a transaction, which a changing operation commits as a whole or not at all. */
  Answer answer(Call call, Idempotency.Asked asked, Handlers.Handler handler) {
    requireBodyTeam(call);
    if (handler instanceof Handlers.Plain plain) {
      return plain.answer(call);
    }
    if (handler instanceof Handlers.Reading reading) {
      return database.read(sql -> reading.answer(call, sql));
    }
    if (handler instanceof Handlers.Deep deep) {
      return database.readDeep(sql -> deep.reading().answer(call, sql));
    }
    if (handler instanceof Handlers.Wide wide) {
      return walks.in(() -> database.read(sql -> wide.reading().answer(call, sql)));
    }
    if (handler instanceof Handlers.Changing changing) {
      return changed(call, asked, changing);
    }
    throw new IllegalStateException(call.operation() + " does not answer at once");
  }

  /**
   * Looks again whose it is, under the lock that its next owner would need: between the first look
   * and this one it may have been given away.
   */
  private static void requireStillOwned(Call call, Sql sql) throws SQLException {
    Set<Access.Owned> owned = call.operation().access().owned();
    if (owned.contains(Access.Owned.MODEL)) {
      String modelId = call.path("model");
      Optional<String> team = Ownership.lockedTeamOfModel(sql, modelId);
      requireTeam(call.subject(), modelId, team.orElseThrow(() -> noModel(modelId)));
    }
    if (owned.contains(Access.Owned.POLICY)) {
      String policy = call.path("policy");
      Optional<String> team = Ownership.lockedTeamOfPolicy(sql, policy);
      requireTeam(call.subject(), policy, team.orElseThrow(() -> noPolicy(policy)));
    }
    if (owned.contains(Access.Owned.SPACE)) {
      String space = call.path("space");
      Optional<String> team = Ownership.lockedTeamOfSpace(sql, space);
      requireTeam(call.subject(), space, team.orElseThrow(() -> noSpace(space)));
    }
    if (owned.contains(Access.Owned.ALERT)) {
      String alert = call.path("alert");
      UUID id = UUID.fromString(alert);
      requireOwner(call.subject(), alert, Ownership.lockedOwnerOfAlert(sql, id));
    }
  }

  private static void requireTeam(Subject subject, String what, String team) {
    if (!subject.isIn(team)) {
      throw Problem.forbidden(what + " belongs to team " + team);
    }
  }

  private static Problem noModel(String modelId) {
    return Problem.notFound("there is no model " + modelId);
  }

  private static Problem noSpace(String space) {
    return Problem.notFound("there is no space " + space);
  }

  private static Problem noAlert(String alert) {
    return Problem.notFound("there is no alert " + alert);
  }

  private static Problem noPolicy(String policy) {
    return Problem.notFound("there is no policy " + policy);
  }

  private Answer changed(Call call, Idempotency.Asked asked, Handlers.Changing handler) {
    boolean[] messages = new boolean[1];
    Answer answer =
        database.write(
            sql -> {
              Optional<Answer> before = Idempotency.begin(sql, asked);
              Change change = new Change(sql, call.subject().name(), call.requestId());
              if (before.isPresent()) {
                Answer again = handler.again(call, change, before.get());
                if (again == null) {
                  return before.get();
                }
                Idempotency.end(sql, asked, handler.kept(again));
                return again.with("Idempotency-Replayed", "true");
              }
              requireStillOwned(call, sql);
              Answer made = handler.answer(call, change);
              if (!change.isAudited()) {
                throw new IllegalStateException(call.operation() + " left no audit entry");
              }
              Idempotency.end(sql, asked, handler.kept(made));
              messages[0] = change.hasMessages();
              return made;
            });
    if (messages[0]) {
      messagesWait.run();
    }
    return answer;
  }
}
