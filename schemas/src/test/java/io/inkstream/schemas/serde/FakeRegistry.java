package io.inkstream.schemas.serde;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;

/** A registry over HTTP on a free port, which says whatever it was told to say next, else what a registry would. */
final class FakeRegistry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MemoryRegistry memory = new MemoryRegistry();
    private final Queue<Scripted> script = new ArrayDeque<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    private record Scripted(int status, String body) {}

    FakeRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    MemoryRegistry memory() {
        return memory;
    }

    /** Answers the next request that is not yet spoken for with this. */
    synchronized void next(int status, String body) {
        script.add(new Scripted(status, body));
    }

    /** What was asked, as {@code METHOD /path?query}. */
    List<String> requests() {
        return requests;
    }

    /** The Authorization header of each request that had one. */
    List<String> authorizations() {
        return authorizations;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) {
        try (exchange) {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            List<String> authorization = exchange.getRequestHeaders().get("Authorization");
            if (authorization != null) {
                authorizations.addAll(authorization);
            }
            Scripted said = script.poll();
            Scripted reply = said != null ? said : reply(exchange);
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Scripted reply(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getRawPath().split("/", -1);
        byte[] body = exchange.getRequestBody().readAllBytes();
        try {
            if (path[1].equals("schemas")) {
                Schema schema = memory.byId(Integer.parseInt(path[3]));
                return json(200, Map.of("schema", schema.toString()));
            }
            String subject = URLDecoder.decode(path[2], StandardCharsets.UTF_8);
            if (exchange.getRequestMethod().equals("GET")) {
                RegistryClient.Registered latest = memory.latest(subject);
                return json(
                        200,
                        Map.of(
                                "subject", subject,
                                "id", latest.id(),
                                "version", latest.version(),
                                "schema", latest.schema().toString()));
            }
            Schema schema =
                    new Schema.Parser().parse(JSON.readTree(body).path("schema").asText());
            int id = path.length > 3 ? memory.register(subject, schema) : memory.idOf(subject, schema);
            return json(200, Map.of("subject", subject, "id", id, "version", 1, "schema", schema.toString()));
        } catch (UnknownSchemaException e) {
            return json(404, Map.of("error_code", 40403, "message", e.getMessage()));
        }
    }

    private static Scripted json(int status, Map<String, ?> body) throws IOException {
        return new Scripted(status, JSON.writeValueAsString(body));
    }
}
