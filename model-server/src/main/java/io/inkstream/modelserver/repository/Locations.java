package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Fetches bundles from the places that the settings allow and from no other, never reading more than was announced.
 * Thread-safe.
 *
 * <p>A place is allowed if it has the scheme, host and port of a prefix and its path lies below that of the prefix; for
 * {@code file:} after links were followed. Addresses that may be read in two ways (dots, escaped slashes, user names) are
 * refused, and so are redirects.
 */
public final class Locations {
    /** No place at all. */
    public static final Locations NONE = new Locations(List.of(), Duration.ZERO);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Pattern AMBIGUOUS_PATH = Pattern.compile("(?i)%2e|%2f|%5c|%00|\\\\|//|(^|/)\\.{1,2}(/|$)|;");

    private final List<Place> prefixes;
    private final Duration timeout;
    private final Optional<HttpClient> http; // it costs a thread: only where there is something to ask

    /**
     * Allows what lies under some prefixes.
     *
     * @param prefixes such as {@code https://models.example.org/inkstream/} or {@code file:/srv/models/}
     * @param timeout of one fetch, from the first packet to the last
     * @throws IllegalArgumentException naming a prefix that is no such address
     */
    public Locations(List<String> prefixes, Duration timeout) {
        this.prefixes = prefixes.stream()
                .map(prefix -> {
                    try {
                        return Place.of(prefix);
                    } catch (RejectedModelException e) {
                        throw new IllegalArgumentException("prefix '" + prefix + "' " + e.getMessage(), e);
                    }
                })
                .toList();
        this.timeout = requireNonNull(timeout, "timeout");
        http = this.prefixes.stream().allMatch(Place::isFile)
                ? Optional.empty()
                : Optional.of(HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build());
    }

    /** Fails unless bundles may be fetched from there, as far as the address alone tells. */
    void check(String location) throws RejectedModelException {
        allowed(location);
    }

    /**
     * Fetches a bundle.
     *
     * @param sizeBytes announced size; one byte more is not read
     * @return as many bytes as announced
     * @throws RejectedModelException if it may not be fetched
     * @throws IOException if it cannot be had now, has another size, or the place answers with a redirect; later it may
     */
    byte[] fetch(String location, int sizeBytes) throws RejectedModelException, IOException, InterruptedException {
        Place place = allowed(location);
        return place.isFile() ? read(place, sizeBytes) : download(place, sizeBytes);
    }

    private Place allowed(String location) throws RejectedModelException {
        if (prefixes.isEmpty()) {
            throw new RejectedModelException(
                    "its bundle lies at '" + location + "'; this server takes bundles from topic"
                            + " model-chunks only (inkstream.model.server.locations is empty)");
        }
        Place place;
        try {
            place = Place.of(location);
        } catch (RejectedModelException e) {
            throw new RejectedModelException("its location '" + location + "' " + e.getMessage(), e);
        }
        if (prefixes.stream().noneMatch(place::isUnder)) {
            throw new RejectedModelException("its location '" + location
                    + "' is under none of the prefixes of inkstream.model.server.locations");
        }
        return place;
    }

    private byte[] read(Place place, int sizeBytes) throws RejectedModelException, IOException {
        Path real = place.file().toRealPath();
        boolean isUnder = false;
        for (Place prefix : prefixes) {
            isUnder |= prefix.isFile()
                    && Files.isDirectory(prefix.file())
                    && real.startsWith(prefix.file().toRealPath());
        }
        if (!isUnder) {
            throw new RejectedModelException("its location '" + place.uri()
                    + "' leads through a link to where inkstream.model.server.locations does not allow");
        }
        if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("'" + place.uri() + "' is no file");
        }
        try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bundle = in.readNBytes(sizeBytes);
            checkWhole(place, bundle.length, sizeBytes);
            if (in.read() >= 0) {
                throw larger(place, sizeBytes);
            }
            return bundle;
        }
    }

    private byte[] download(Place place, int sizeBytes) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(place.uri()).build();
        CompletableFuture<HttpResponse<byte[]>> coming = http.orElseThrow()
                .sendAsync(
                        request,
                        head -> head.statusCode() == 200
                                ? new Bounded(sizeBytes)
                                : HttpResponse.BodySubscribers.replacing(new byte[0]));
        HttpResponse<byte[]> response;
        try {
            response = coming.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Bounded.OverflowException) {
                throw larger(place, sizeBytes);
            }
            throw new IOException("'" + place.uri() + "' cannot be fetched: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("'" + place.uri() + "' did not come within " + timeout.toMillis() + " ms", e);
        } finally {
            boolean ignored = coming.cancel(true); // ends the connection of what is not waited for any more
        }
        int status = response.statusCode();
        if (status >= 300 && status < 400) {
            throw new IOException("'" + place.uri() + "' answers with redirect " + status
                    + ", which is not followed: announce the final location");
        }
        if (status != 200) {
            throw new IOException("'" + place.uri() + "' answers " + status);
        }
        checkWhole(place, response.body().length, sizeBytes);
        return response.body();
    }

    /** What is short may still be on its way there. */
    private static void checkWhole(Place place, int actual, int sizeBytes) throws IOException {
        if (actual < sizeBytes) {
            throw new IOException("'" + place.uri() + "' has " + actual + " bytes, announced are " + sizeBytes);
        }
    }

    private static IOException larger(Place place, int sizeBytes) {
        return new IOException(
                "what lies at '" + place.uri() + "' has more than the announced " + sizeBytes + " bytes");
    }

    /** An address that can be read in one way only. */
    private record Place(URI uri, String scheme, String host, int port, String path) {

        static Place of(String text) throws RejectedModelException {
            URI uri;
            try {
                uri = new URI(text);
            } catch (URISyntaxException e) {
                throw new RejectedModelException("is no address: " + e.getMessage(), e);
            }
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            if (uri.isOpaque()
                    || uri.getRawFragment() != null
                    || AMBIGUOUS_PATH.matcher(path).find()) {
                throw new RejectedModelException(
                        "must be written plainly: no '..', '.', '//', ';', '#' or escaped slashes");
            }
            if (uri.getRawUserInfo() != null) {
                throw new RejectedModelException("must not name a user");
            }
            return switch (scheme) {
                case "file" -> {
                    if (uri.getRawAuthority() != null || uri.getRawQuery() != null || !path.startsWith("/")) {
                        throw new RejectedModelException(
                                "must be a file of this machine, such as file:/srv/models/a.zip");
                    }
                    yield new Place(uri, scheme, "", -1, uri.getPath());
                }
                case "http", "https" -> {
                    if (uri.getHost() == null) {
                        throw new RejectedModelException("names no host");
                    }
                    int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("http") ? 80 : 443;
                    yield new Place(uri, scheme, uri.getHost().toLowerCase(Locale.ROOT), port, path);
                }
                default -> throw new RejectedModelException("must begin with file:, http: or https:");
            };
        }

        boolean isFile() {
            return scheme.equals("file");
        }

        Path file() {
            return Path.of(path);
        }

        boolean isUnder(Place prefix) {
            String folder = prefix.path.endsWith("/") ? prefix.path : prefix.path + "/";
            return scheme.equals(prefix.scheme)
                    && host.equals(prefix.host)
                    && port == prefix.port
                    && path.startsWith(folder)
                    && path.length() > folder.length();
        }
    }

    /** Takes a body in as long as it is not larger than announced. */
    private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {
        private final ByteBuffer bytes;
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private Flow.Subscription subscription;

        /** More came than announced. */
        private static final class OverflowException extends IOException {
            private static final long serialVersionUID = 1;
        }

        Bounded(int sizeBytes) {
            bytes = ByteBuffer.allocate(sizeBytes);
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            newSubscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> pieces) {
            for (ByteBuffer piece : pieces) {
                if (piece.remaining() > bytes.remaining()) {
                    subscription.cancel();
                    body.completeExceptionally(new OverflowException());
                    return;
                }
                bytes.put(piece);
            }
        }

        @Override
        public void onError(Throwable cause) {
            body.completeExceptionally(cause);
        }

        @Override
        public void onComplete() {
            body.complete(Arrays.copyOf(bytes.array(), bytes.position()));
        }
    }
}
