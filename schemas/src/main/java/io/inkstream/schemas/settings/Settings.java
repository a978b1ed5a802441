package io.inkstream.schemas.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The values that one process runs with: default, else properties file, else environment, else flag; the last that says
 * something wins. All of them are checked before any is used.
 *
 * <p>Keys that begin with {@code inkstream.} are ours, and must be known. Every other key belongs to Kafka or to the
 * schema registry's client, and reaches {@link #clientConfig} as it is. In the environment {@code INKSTREAM_TOPIC_PREFIX}
 * is {@code inkstream.topic.prefix}, and {@code INKSTREAM_SASL_MECHANISM}, which is not ours, is {@code sasl.mechanism}.
 */
public final class Settings {
    private static final String OURS = "inkstream.";
    private static final String ENVIRONMENT = "INKSTREAM_";
    /** Begins settings of ours, and what Kafka Streams passes on to its internal topics. */
    private static final String TOPIC = "topic.";

    private static final Set<String> KAFKAS_TOPIC_KEYS = kafkasTopicKeys();
    /** One file may serve all processes: a key of another process is that one's to check. */
    private static final List<String> ROOMS = List.of("topology.", "model.server.", "trainer.", "ops.");

    private static final Pattern SECRET_KEY = Pattern.compile("password|secret|jaas|user\\.info|token|keystore\\.key");
    private static final Pattern USER_IN_URL = Pattern.compile("//[^/@,\\s]*@");

    private final Map<String, Setting<?>> known;
    private final Map<String, String> values;

    private Settings(Map<String, Setting<?>> known, Map<String, String> values) {
        this.known = known;
        this.values = values;
    }

    /**
     * Puts the sources over each other and checks the result.
     *
     * @param known the settings that this process reads, {@link CommonSettings#ALL} among them or not
     * @param file content of the properties file, empty where there is none
     * @param environment {@code System.getenv()}; names without {@code INKSTREAM_} are not looked at
     * @param flags from the command line, by key
     * @throws SettingsException naming every unknown key and every value that is not as expected
     */
    public static Settings of(
            Collection<Setting<?>> known,
            Map<String, String> file,
            Map<String, String> environment,
            Map<String, String> flags) {
        Map<String, Setting<?>> byKey = new LinkedHashMap<>();
        CommonSettings.ALL.forEach(setting -> byKey.put(setting.key(), setting));
        known.forEach(setting -> byKey.put(setting.key(), setting));

        Map<String, String> values = new TreeMap<>(file);
        environment.forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT)) {
                values.put(keyOf(name, byKey), value);
            }
        });
        values.putAll(flags);

        List<String> faults = new ArrayList<>();
        values.forEach((key, value) -> fault(key, value, byKey).ifPresent(faults::add));
        if (!faults.isEmpty()) {
            throw new SettingsException(String.join("\n", faults));
        }
        return new Settings(byKey, values);
    }

    /**
     * Reads the settings of a process that is started with {@code [--config FILE] [-X KEY=VALUE]...}.
     *
     * @param environment {@code System.getenv()}
     * @throws SettingsException if the arguments are others, the file cannot be read, or as {@link #of} does
     */
    public static Settings ofProcess(
            Collection<Setting<?>> known, List<String> arguments, Map<String, String> environment) {
        Map<String, String> file = new HashMap<>();
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            String value = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
            int equals = value.indexOf('=');
            if (arguments.get(i).equals("--config") && !value.isEmpty()) {
                file.putAll(readFile(Path.of(value)));
            } else if (arguments.get(i).equals("-X") && equals > 0) {
                flags.put(value.substring(0, equals).trim(), value.substring(equals + 1));
            } else {
                throw new SettingsException(
                        "'" + arguments.get(i) + "' is not understood; expected [--config FILE] [-X KEY=VALUE]...");
            }
        }
        return of(known, file, environment, flags);
    }

    /**
     * Reads a properties file in UTF-8.
     *
     * @throws SettingsException if it cannot be read
     */
    public static Map<String, String> readFile(Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            throw new SettingsException("no such file: " + file);
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException(file + " cannot be read as a properties file: " + e.getMessage());
        }
        return properties.stringPropertyNames().stream().collect(Collectors.toMap(key -> key, properties::getProperty));
    }

    /** Returns the name by which the environment sets a key, such as {@code INKSTREAM_BOOTSTRAP_SERVERS}. */
    public static String environmentName(String key) {
        String name = key.toUpperCase(Locale.ROOT).replace('.', '_');
        return name.startsWith(ENVIRONMENT) ? name : ENVIRONMENT + name;
    }

    /** Returns the value of a setting: of the last source that names it, else its default. */
    public <T> T get(Setting<T> setting) {
        String text = values.get(setting.key());
        return text == null ? setting.defaultValue() : setting.parse(text);
    }

    /** Whether any source names the setting. */
    public boolean isSet(Setting<?> setting) {
        return values.containsKey(setting.key());
    }

    /**
     * Returns what Kafka's clients and the serdes are configured with: every key that is not ours, untouched, and the
     * brokers' and registry's addresses.
     */
    public Map<String, Object> clientConfig() {
        Map<String, Object> config = new TreeMap<>();
        known.values().stream()
                .filter(setting -> !setting.key().startsWith(OURS))
                .forEach(setting -> config.put(setting.key(), setting.defaultText()));
        values.forEach((key, value) -> {
            if (!key.startsWith(OURS)) {
                config.put(key, value);
            }
        });
        return config;
    }

    /** Everything that is set, a line each, for the log; secrets are hidden. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + " = " + shown(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static String shown(String key, String value) {
        return SECRET_KEY.matcher(key).find()
                ? "(hidden)"
                : USER_IN_URL.matcher(value).replaceAll("//(hidden)@");
    }

    private static String keyOf(String name, Map<String, Setting<?>> known) {
        String key =
                name.substring(ENVIRONMENT.length()).toLowerCase(Locale.ROOT).replace('_', '.');
        String ours = OURS + key;
        boolean isOurs = known.containsKey(ours)
                || ROOMS.stream().anyMatch(key::startsWith)
                || (key.startsWith(TOPIC) && !KAFKAS_TOPIC_KEYS.contains(key.substring(TOPIC.length())));
        return isOurs ? ours : key;
    }

    private static Set<String> kafkasTopicKeys() {
        return Arrays.stream(TopicConfig.class.getFields())
                .filter(field -> field.getName().endsWith("_CONFIG"))
                .map(field -> {
                    try {
                        return (String) field.get(null);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException("getFields gives public fields only", e);
                    }
                })
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<String> fault(String key, String value, Map<String, Setting<?>> known) {
        Setting<?> setting = known.get(key);
        if (setting != null) {
            try {
                setting.parse(value);
                return Optional.empty();
            } catch (SettingsException e) {
                return Optional.of(e.getMessage());
            }
        }
        if (!key.startsWith(OURS) || isForeign(key, known)) {
            return Optional.empty();
        }
        String nearest = known.keySet().stream()
                .filter(other -> other.startsWith(OURS))
                .min(Comparator.comparingInt(other -> distance(key, other)))
                .orElseThrow();
        return Optional.of(key + " is not a setting; did you mean " + nearest + "?");
    }

    /** Whether the key belongs to a process whose settings are not among the known ones. */
    private static boolean isForeign(String key, Map<String, Setting<?>> known) {
        return ROOMS.stream().map(room -> OURS + room).filter(key::startsWith).anyMatch(room -> known.keySet().stream()
                .noneMatch(other -> other.startsWith(room)));
    }

    /** Levenshtein's edit distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
