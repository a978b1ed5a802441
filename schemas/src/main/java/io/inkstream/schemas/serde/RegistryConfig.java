package io.inkstream.schemas.serde;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where the registry is and how patiently it is asked, by Confluent's keys. Client keys are also taken with the prefix
 * {@code schema.registry.}, which wins.
 *
 * @param urls {@code schema.registry.url}, a comma list; asked in turn until one answers
 * @param authorization the HTTP header, of {@code basic.auth.credentials.source} (URL, the default, or USER_INFO) and
 *     {@code basic.auth.user.info}
 * @param normalize {@code normalize.schemas}: ask the registry to compare schemas in normal form
 * @param maxRetries {@code max.retries}: rounds over all URLs after the first
 * @param retryWait {@code retries.wait.ms}: before the first of these; doubles up to {@code retries.max.wait.ms}
 * @param connectTimeout {@code http.connect.timeout.ms}
 * @param readTimeout {@code http.read.timeout.ms}
 */
record RegistryConfig(
        List<URI> urls,
        Optional<String> authorization,
        boolean normalize,
        int maxRetries,
        Duration retryWait,
        Duration maxRetryWait,
        Duration connectTimeout,
        Duration readTimeout) {
    static final String URL = "schema.registry.url";

    private static final String CLIENT_PREFIX = "schema.registry.";
    private static final String AUTH_SOURCE = "basic.auth.credentials.source";
    private static final String USER_INFO = "basic.auth.user.info";
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    static RegistryConfig of(Map<String, ?> configs) {
        List<URI> urls = urls(configs.get(URL));
        return new RegistryConfig(
                urls.stream().map(RegistryConfig::withoutUser).toList(),
                authorization(configs, urls),
                flag(configs, "normalize.schemas", false),
                whole(configs, "max.retries", 3),
                Duration.ofMillis(whole(configs, "retries.wait.ms", 500)),
                Duration.ofMillis(whole(configs, "retries.max.wait.ms", 5_000)),
                Duration.ofMillis(Math.max(1, whole(configs, "http.connect.timeout.ms", 5_000))),
                Duration.ofMillis(Math.max(1, whole(configs, "http.read.timeout.ms", 10_000))));
    }

    /** The name in {@code mock://name}, if that is the URL. */
    Optional<String> mockScope() {
        URI first = urls.get(0);
        return "mock".equals(first.getScheme()) ? Optional.of(String.valueOf(first.getAuthority())) : Optional.empty();
    }

    static boolean flag(Map<String, ?> configs, String key, boolean otherwise) {
        Object value = configs.get(key);
        if (value == null) {
            return otherwise;
        }
        return switch (value.toString().trim().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new ConfigException(key, value, "expected true or false");
        };
    }

    private static int whole(Map<String, ?> configs, String key, int otherwise) {
        Object value = client(configs, key);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value.toString().trim());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the message below says it for both
        }
        throw new ConfigException(key, value, "expected a whole number from 0");
    }

    private static Object client(Map<String, ?> configs, String key) {
        Object prefixed = configs.get(CLIENT_PREFIX + key);
        return prefixed != null ? prefixed : configs.get(key);
    }

    private static List<URI> urls(Object value) {
        List<String> parts = new ArrayList<>();
        if (value instanceof Iterable<?> list) {
            list.forEach(part -> parts.add(part.toString().trim()));
        } else if (value != null) {
            parts.addAll(List.of(COMMA.split(value.toString().trim())));
        }
        parts.removeIf(String::isEmpty);
        if (parts.isEmpty()) {
            throw new ConfigException(URL, value, "expected the registry's address, such as http://localhost:8081");
        }
        return parts.stream().map(RegistryConfig::url).toList();
    }

    private static URI url(String text) {
        try {
            URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (uri.getAuthority() != null
                    && uri.getScheme() != null
                    && List.of("http", "https", "mock").contains(uri.getScheme())) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // the message below says it for both
        }
        throw new ConfigException(URL, text, "expected http://HOST:PORT or https://HOST:PORT");
    }

    private static Optional<String> authorization(Map<String, ?> configs, List<URI> urls) {
        Object source = client(configs, AUTH_SOURCE);
        String userInfo =
                switch (source == null ? "URL" : source.toString()) {
                    case "URL" -> urls.get(0).getUserInfo();
                    case "USER_INFO" -> {
                        Object info = client(configs, USER_INFO);
                        if (info == null) {
                            throw new ConfigException(USER_INFO, null, "expected USER:PASSWORD");
                        }
                        yield info.toString();
                    }
                    default -> throw new ConfigException(AUTH_SOURCE, source, "this serde knows URL and USER_INFO");
                };
        return Optional.ofNullable(userInfo)
                .map(info -> "Basic " + Base64.getEncoder().encodeToString(info.getBytes(StandardCharsets.UTF_8)));
    }

    private static URI withoutUser(URI url) {
        if (url.getUserInfo() == null) {
            return url;
        }
        try {
            return new URI(url.getScheme(), null, url.getHost(), url.getPort(), url.getPath(), null, null);
        } catch (URISyntaxException e) {
            throw new ConfigException(URL, "(hidden)", e.getMessage());
        }
    }
}
