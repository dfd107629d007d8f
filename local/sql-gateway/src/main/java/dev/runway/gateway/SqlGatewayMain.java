package dev.runway.gateway;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.gateway.api.endpoint.SqlGatewayEndpoint;
import org.apache.flink.table.gateway.api.endpoint.SqlGatewayEndpointFactoryUtils;
import org.apache.flink.table.gateway.service.context.DefaultContext;
import org.apache.flink.table.gateway.service.session.SessionManager;

/**
 * Serves SQL over REST and JDBC on loopback, with tables and functions declared in every session.
 *
 * <p>Flink's own gateway asks nobody who they are, and whoever may run SQL may read files and run
 * code as this process. So the address is not an option.
 */
public final class SqlGatewayMain {

  private static final String LOOPBACK = "127.0.0.1";
  private static final String ENDPOINT = "sql-gateway.endpoint.rest.";

  private SqlGatewayMain() {}

  /**
   * Runs until it is told to stop.
   *
   * @param arguments port; file of declarations; namespace of sessions that name none
   */
  public static void main(String[] arguments) throws Exception {
    String port = arguments[0];
    Declarations declarations = new Declarations(Files.readString(Path.of(arguments[1])));
    String namespace = arguments[2];
    Configuration configuration = new Configuration();
    configuration.setString(ENDPOINT + "address", LOOPBACK);
    configuration.setString(ENDPOINT + "bind-address", LOOPBACK);
    configuration.setString(ENDPOINT + "port", port);
    DefaultContext context = DefaultContext.load(configuration, List.of(), true);
    SessionManager sessions = SessionManager.create(context);
    sessions.start();
    List<SqlGatewayEndpoint> endpoints =
        new ArrayList<>(
            SqlGatewayEndpointFactoryUtils.createSqlGatewayEndpoint(
                new DeclaringService(sessions, declarations, namespace), context.getFlinkConfig()));
    for (SqlGatewayEndpoint endpoint : endpoints) {
      endpoint.start();
    }
    PrintStream out = System.out;
    out.println("SQL gateway: jdbc:flink://" + LOOPBACK + ":" + port);
    CountDownLatch end = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(endpoints, sessions), "stop"));
    end.await();
  }

  private static void stop(List<SqlGatewayEndpoint> endpoints, SessionManager sessions) {
    for (SqlGatewayEndpoint endpoint : endpoints) {
      try {
        endpoint.stop();
      } catch (Exception e) {
        System.err.println("endpoint does not stop: " + e);
      }
    }
    sessions.stop();
  }
}
