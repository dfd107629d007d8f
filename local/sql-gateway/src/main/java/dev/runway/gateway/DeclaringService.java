package dev.runway.gateway;

import java.util.List;
import org.apache.flink.table.gateway.api.session.SessionEnvironment;
import org.apache.flink.table.gateway.api.session.SessionHandle;
import org.apache.flink.table.gateway.service.SqlGatewayServiceImpl;
import org.apache.flink.table.gateway.service.session.SessionManager;

/** Declares tables and functions in every session before its owner sees it. */
final class DeclaringService extends SqlGatewayServiceImpl {

  /** The setting by which a session says which namespace it asks. */
  static final String NAMESPACE = "runway.namespace";

  private static final long NO_LIMIT_MILLIS = 0;

  private final Declarations declarations;
  private final String namespace;

  /**
   * A service.
   *
   * @param namespace of sessions that name none
   */
  DeclaringService(SessionManager sessions, Declarations declarations, String namespace) {
    super(sessions);
    this.declarations = declarations;
    this.namespace = namespace;
  }

  @Override
  public SessionHandle openSession(SessionEnvironment environment) {
    List<String> statements =
        declarations.in(environment.getSessionConfig().getOrDefault(NAMESPACE, namespace));
    SessionHandle session = super.openSession(environment);
    try {
      for (String statement : statements) {
        configureSession(session, statement, NO_LIMIT_MILLIS);
      }
    } catch (RuntimeException e) {
      closeSession(session);
      throw e;
    }
    return session;
  }
}
