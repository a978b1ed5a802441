package io.inkstream.schemas.settings;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the settings down as Markdown, from the settings themselves. */
public final class SettingsReference {
    private SettingsReference() {}

    /** Returns one table for each group, in the map's order, under the group's name as a heading. */
    public static String markdown(Map<String, ? extends List<? extends Setting<?>>> groups) {
        return groups.entrySet().stream()
                .map(group -> "## " + group.getKey()
                        + "\n\n| key, environment | default | meaning |\n|---|---|---|\n"
                        + group.getValue().stream().map(SettingsReference::row).collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
    }

    private static String row(Setting<?> setting) {
        String text = setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
        return "| `" + setting.key() + "`<br>`" + Settings.environmentName(setting.key()) + "` | " + cell(text) + " | "
                + cell(setting.description() + " Expected: " + setting.expected() + ".") + " |\n";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
