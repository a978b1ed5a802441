package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.modelserver.ModelServerSettings;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Setting;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsReference;
import io.inkstream.topology.TopologySettings;
import io.inkstream.trainer.TrainerSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "settings",
        description = "Prints every setting of every process with its default, as Markdown or JSON.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  inkstream settings > ops/docs/SETTINGS.md"})
final class SettingsCommand implements Callable<Integer> {
    private static final String INTRODUCTION = """
            # Settings

            Printed by `ops/bin/inkstream settings`; a test keeps this page true.

            Later sources override earlier ones: the defaults below, a properties file (`--config FILE`), the environment,
            flags (`-X key=value`). An unknown key that begins with `inkstream.` is an error. Every other key is passed
            unchanged to Kafka's clients and the registry's serdes: `security.protocol`, `sasl.jaas.config`,
            `basic.auth.user.info`, `auto.register.schemas` ... In the environment `sasl.jaas.config` is
            `INKSTREAM_SASL_JAAS_CONFIG`.

            """;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ResultOptions results;

    /** All settings; the names are fixed. */
    private record Result(List<Told> settings) {}

    /** One of them. */
    private record Told(
            String of,
            String key,
            String environment,
            @JsonProperty("default") String byDefault,
            String expected,
            String description) {}

    @Override
    public Integer call() {
        results.print(told(), unused -> {
            spec.commandLine().getOut().print(reference());
            spec.commandLine().getOut().flush();
        });
        return ExitCodes.DONE;
    }

    static String reference() {
        return INTRODUCTION + SettingsReference.markdown(groups());
    }

    private static Result told() {
        List<Told> settings = new ArrayList<>();
        groups().forEach((group, those) -> those.forEach(setting -> settings.add(new Told(
                group,
                setting.key(),
                Settings.environmentName(setting.key()),
                setting.defaultText(),
                setting.expected(),
                setting.description()))));
        return new Result(settings);
    }

    private static Map<String, List<Setting<?>>> groups() {
        Map<String, List<Setting<?>>> groups = new LinkedHashMap<>();
        groups.put("Every process", CommonSettings.ALL);
        groups.put("Topology", TopologySettings.ALL);
        groups.put("Model server", ModelServerSettings.ALL);
        groups.put("Trainer", TrainerSettings.ALL);
        groups.put("Command line and web page", OpsSettings.ALL);
        return groups;
    }
}
