package dev.runway.control.http;

import dev.runway.control.options.ControlOptions;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** The server: every operation of the contract at its path, the page's files, and nothing else. */
public final class HttpServer implements AutoCloseable {
  private static final int QUEUE = 128;

  private final Javalin javalin;
  private final ControlOptions.Http options;

  public HttpServer(
      ControlOptions.Http options,
      Contract contract,
      Handlers handlers,
      Gate gate,
      RequestMetrics metrics,
      List<WebFile> files) {
    handlers.requireAll();
    this.options = options;
    ControlOptions.Tls secured = options.tls();
    SslContextFactory.@Nullable Server tls = secured == null ? null : Tls.of(secured);
    this.javalin =
        Javalin.create(
            config -> {
              configure(config, options, tls);
              Exchange exchange =
                  new Exchange(contract, handlers, gate, metrics, options.bodyTimeout());
              for (Operation operation : Operation.values()) {
                Contract.Route route = contract.route(operation.id());
                config.routes.addHttpHandler(
                    HandlerType.findOrCreate(route.method().toUpperCase(Locale.ROOT)),
                    route.path(),
                    ctx -> exchange.answer(operation, ctx));
              }
              for (WebFile file : files) {
                config.routes.get(file.path(), ctx -> exchange.file(file, ctx));
              }
              config.routes.before(exchange::begin);
              config.routes.after(exchange::end);
              config.routes.exception(Exception.class, exchange::failed);
              // The library has a handler of its own for these, which is nearer than that.
              config.routes.exception(HttpResponseException.class, exchange::failed);
            });
  }

  private static void configure(
      JavalinConfig config, ControlOptions.Http options, SslContextFactory.@Nullable Server tls) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.prefer405over404 = true;
    config.router.ignoreTrailingSlashes = false;
    QueuedThreadPool threads = new QueuedThreadPool(options.threads() + 4, 4);
    threads.setName("http");
    config.jetty.threadPool = threads;
    config.jetty.modifyServer(
        server -> {
          server.setStopTimeout(options.drain().toMillis());
          server.insertHandler(new GracefulHandler());
          server.setErrorHandler(new ProblemPages());
        });
    config.jetty.addConnector((server, http) -> connector(server, http, options, tls));
  }

  private static ServerConnector connector(
      Server server,
      HttpConfiguration http,
      ControlOptions.Http options,
      SslContextFactory.@Nullable Server tls) {
    // Encoded slashes, dots and the like in a path are refused, not interpreted.
    http.setUriCompliance(UriCompliance.DEFAULT);
    http.setSendServerVersion(false);
    if (tls != null) {
      // There is one host: whether a caller names it as the certificate does is the caller's check.
      http.addCustomizer(new SecureRequestCustomizer(false));
    }
    ServerConnector connector =
        new ServerConnector(
            server,
            1,
            1,
            AbstractConnectionFactory.getFactories(tls, new HttpConnectionFactory(http)));
    connector.setHost(options.host());
    connector.setPort(options.port());
    // A client that sends nothing for so long is gone, or means no good.
    connector.setIdleTimeout(options.idleTimeout().toMillis());
    connector.setAcceptQueueSize(QUEUE);
    return connector;
  }

  /** Begins to listen. */
  public void start() {
    javalin.start();
  }

  /** Where it listens. */
  public String address() {
    return (options.tls() == null ? "http://" : "https://") + options.host() + ":" + javalin.port();
  }

  /** Takes no new requests, and waits for those under way. */
  @Override
  public void close() {
    javalin.stop();
  }
}
