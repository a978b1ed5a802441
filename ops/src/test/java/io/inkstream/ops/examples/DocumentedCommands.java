package io.inkstream.ops.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The calls of the command line that the project's pages show. */
public final class DocumentedCommands {
    private static final Path ROOT = Path.of("..");
    private static final Pattern FENCE = Pattern.compile("^\\s*```\\s*(\\w*).*");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    /** A word, a quoted text, a comment, or what stands between two commands. */
    private static final Pattern TOKEN = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(#.*)|(&&|[|;>&])|([^\\s|;>&]+)");

    private DocumentedCommands() {}

    /**
     * One call.
     *
     * @param where page and line, for a test's message
     * @param words what follows {@code inkstream}
     */
    public record Call(String where, List<String> words) {
        @Override
        public String toString() {
            return where + ": inkstream " + String.join(" ", words);
        }
    }

    /** All pages of the project. */
    public static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> StreamSupport.stream(file.spliterator(), false)
                            .noneMatch(part -> part.toString().equals("target")))
                    .sorted()
                    .toList();
        }
    }

    /** The calls in a page's blocks of {@code sh} or {@code bash}. */
    public static List<Call> inBlocksOf(Path page) throws IOException {
        List<Call> calls = new ArrayList<>();
        String language = null;
        String started = "";
        int number = 0;
        for (String line : Files.readAllLines(page)) {
            number++;
            Matcher fence = FENCE.matcher(line);
            if (fence.matches()) {
                language = language == null ? fence.group(1) : null;
            } else if (isShell(language) && line.endsWith("\\")) {
                started += line.substring(0, line.length() - 1) + " ";
            } else if (isShell(language)) {
                calls.addAll(calls(ROOT.relativize(page) + ":" + number, started + line));
                started = "";
            } else if (line.strip().startsWith("ops/bin/inkstream ")) {
                throw new AssertionError(page + ":" + number + " has a command outside of a block of sh");
            }
        }
        return calls;
    }

    /** What stands in backquotes in a page's prose, split at spaces. */
    public static List<Call> inProseOf(Path page) throws IOException {
        String prose = Files.readString(page).replaceAll("(?s)```.*?```", "");
        List<Call> calls = new ArrayList<>();
        for (Matcher code = CODE.matcher(prose); code.find(); ) {
            List<String> words = List.of(code.group(1).strip().split("\\s+"));
            boolean named = words.get(0).matches("(ops/bin/)?inkstream");
            calls.add(new Call(ROOT.relativize(page).toString(), named ? words.subList(1, words.size()) : words));
        }
        return calls;
    }

    private static boolean isShell(String language) {
        return "sh".equals(language) || "bash".equals(language);
    }

    private static List<Call> calls(String where, String line) {
        List<Call> calls = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (Matcher token = TOKEN.matcher(line); token.find(); ) {
            if (token.group(3) != null) {
                break;
            }
            if (token.group(4) != null) {
                add(where, words, calls);
                words = new ArrayList<>();
            } else {
                words.add(Stream.of(1, 2, 5)
                        .map(token::group)
                        .filter(text -> text != null)
                        .findFirst()
                        .orElseThrow());
            }
        }
        add(where, words, calls);
        return calls;
    }

    private static void add(String where, List<String> words, List<Call> calls) {
        if (!words.isEmpty() && words.get(0).matches("(ops/bin/)?inkstream")) {
            calls.add(new Call(where, List.copyOf(words.subList(1, words.size()))));
        }
    }

    /** The calls in the examples below a command's help, which stand on lines of their own. */
    public static List<Call> inHelp(String command, String[] footer) {
        List<Call> calls = new ArrayList<>();
        String started = "";
        for (String line : footer) {
            if (line.endsWith("\\")) {
                started += line.substring(0, line.length() - 1);
            } else {
                calls.addAll(calls("help of " + command, started + line));
                started = "";
            }
        }
        return calls;
    }
}
