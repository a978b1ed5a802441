package io.inkstream.ops.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "styles",
        description = {
            "Shows the styles of a bundle as JSON or, with --set, makes a version with other ones.",
            "A style that the bundle has is replaced in its place, another is added behind. The networks stay the same."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models styles trainer/models/inkstream-base-5.zip > styles.json",
            "  inkstream models styles trainer/models/inkstream-base-5.zip --set styles.json --as mine:1 --out mine-1.zip"
        })
final class ModelsStylesCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Spec
    private CommandSpec spec;

    @Mixin
    private Verbosity verbosity;

    @Parameters(paramLabel = "FILE", description = "The bundle.")
    private Path file;

    @Option(names = "--set", paramLabel = "JSON", description = "A list of styles, as this command shows them.")
    private Path set;

    @Option(
            names = "--as",
            paramLabel = "NAME:VERSION",
            description = "With --set: name and version of the new bundle.")
    private String as;

    @Option(names = "--out", paramLabel = "FILE", description = "With --set: the bundle to write.")
    private Path out;

    @Mixin
    private ResultOptions results;

    @Override
    public Integer call() throws IOException {
        if ((set == null) != (as == null) || (set == null) != (out == null)) {
            throw new CommandException(ExitCodes.WRONG_USE, "--set, --as and --out go together");
        }
        ModelBundle bundle = InputFiles.bundle(file, InputFiles.bytes(file));
        if (set == null) {
            print(JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(bundle.manifest().styles()));
            return ExitCodes.DONE;
        }
        byte[] made = with(bundle, read(set)).toBytes();
        Files.write(out, made);
        BundleJson.print(results, out, made);
        return ExitCodes.DONE;
    }

    private ModelBundle with(ModelBundle bundle, List<StyleSpec> others) {
        Manifest m = bundle.manifest();
        Map<String, StyleSpec> styles = new LinkedHashMap<>();
        m.styles().forEach(style -> styles.put(style.name(), style));
        others.forEach(style -> styles.put(style.name(), style));
        try {
            ModelId id = ModelId.parse(as);
            if (id.equals(m.id())) {
                throw new IllegalArgumentException(
                        id + " is the bundle as it is; one with other styles is another version");
            }
            return bundle.with(m.childAs(id).withStyles(new ArrayList<>(styles.values())));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }

    private static List<StyleSpec> read(Path json) throws IOException {
        try {
            return List.of(JSON.readValue(InputFiles.bytes(json), StyleSpec[].class));
        } catch (ValueInstantiationException e) {
            String reason =
                    e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage();
            throw new CommandException(ExitCodes.WRONG_USE, json + ": " + reason, e);
        } catch (JsonProcessingException e) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, json + " is no list of styles: " + e.getOriginalMessage(), e);
        }
    }

    private void print(String text) {
        spec.commandLine().getOut().println(text);
        spec.commandLine().getOut().flush();
    }
}
