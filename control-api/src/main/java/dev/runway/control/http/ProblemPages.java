package dev.runway.control.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What the server itself refuses, before any operation: the same form, and no stack traces. */
final class ProblemPages extends ErrorHandler {
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    String requestId = RequestId.of(request.getHeaders().get(RequestId.HEADER));
    response.write(true, page(code, requestId, response.getHeaders()), callback);
  }

  private static ByteBuffer page(int code, String requestId, HttpFields.Mutable headers) {
    Problem problem =
        code >= 500 && code != HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505
            ? Problem.internal()
            : Problem.http(code, HttpStatus.getMessage(code));
    headers.put(HttpHeader.CONTENT_TYPE, Exchange.PROBLEM_JSON);
    headers.put(RequestId.HEADER, requestId);
    return ByteBuffer.wrap(problem.json(requestId).toString().getBytes(StandardCharsets.UTF_8));
  }
}
