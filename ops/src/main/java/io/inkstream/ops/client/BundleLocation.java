package io.inkstream.ops.client;

import io.inkstream.schemas.bundle.ModelBundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Where a bundle lies that does not go through the topics. */
public final class BundleLocation {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private BundleLocation() {}

    /**
     * Parses a location that servers can fetch from.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static URI parse(String text) {
        URI location = URI.create(text);
        String scheme = String.valueOf(location.getScheme());
        boolean isFile = scheme.equals("file")
                && location.getPath() != null
                && location.getPath().startsWith("/");
        boolean isHttp = (scheme.equals("http") || scheme.equals("https")) && location.getHost() != null;
        if (!isFile && !isHttp) {
            throw new IllegalArgumentException(
                    "a location is file:///ABSOLUTE/PATH, http://HOST/... or https://HOST/..., not '" + text + "'");
        }
        return location;
    }

    /**
     * Checks that the file is at the location, reading no more than its size.
     *
     * @throws IOException if it cannot be read from here, or is another file; the message says which
     */
    public static void check(URI location, byte[] file) throws IOException {
        byte[] there;
        try (InputStream in = open(location)) {
            there = in.readNBytes(file.length + 1);
        }
        String sha256 = ModelBundle.sha256(file);
        if (!ModelBundle.sha256(there).equals(sha256)) {
            throw new IOException("the file at " + location + " is not the bundle with SHA-256 " + sha256);
        }
    }

    private static InputStream open(URI location) throws IOException {
        if (location.getScheme().equals("file")) {
            return Files.newInputStream(Path.of(location.getPath()));
        }
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(CONNECT_WITHIN).build();
        HttpRequest request =
                HttpRequest.newBuilder(location).timeout(ANSWER_WITHIN).build();
        try {
            HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                answer.body().close();
                throw new IOException(location + " answers with status " + answer.statusCode());
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
