package io.inkstream.ops.cli;

import io.inkstream.modelserver.predict.NetworkCost;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.export.Int8Generator;
import io.inkstream.trainer.publish.BundleMaker;
import io.inkstream.trainer.publish.TrainedModel;
import io.inkstream.trainer.reading.ReaderAlphabet;
import io.inkstream.trainer.reading.ReaderFiles;
import io.inkstream.trainer.style.StyleFinder;
import io.inkstream.trainer.style.StyledBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "bundle",
        description = {
            "Packs the networks that a training exported into a bundle, with typography, styles and data sources;",
            "or those of another bundle, with something more. The same networks give the same file."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models bundle out/training/export --model mine:1 --out out/mine-1.zip",
            "  inkstream models bundle out/mine-1.zip --int8 --model mine:1-int8 --out out/mine-1-int8.zip",
            "  inkstream models bundle out/training/export --reader out/reader/reader.onnx --model mine:2 --out out/mine-2.zip",
        })
final class ModelsBundleCommand implements Callable<Integer> {
    @Mixin
    private Verbosity verbosity;

    @Parameters(
            paramLabel = "DIR|FILE",
            description = {
                "Folder with generator.onnx, reader.onnx, card.json and training.json; or a bundle, whose networks, card and",
                "styles the new version has too."
            })
    private Path source;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME:VERSION",
            description = "Name and version of the model.")
    private String model;

    @Option(
            names = "--parent",
            paramLabel = "NAME:VERSION",
            description = "The version that it was trained from (its parent).")
    private String parent;

    @Option(
            names = "--reader",
            paramLabel = "FILE",
            description =
                    "reader.onnx of train recogniser, with reader.json beside it, in place of the one that was exported.")
    private Path reader;

    @Option(
            names = "--int8",
            description = {
                "Add a second generator in whole numbers of eight bits, for servers with inkstream.model.server.precision",
                "int8 or auto: half the time, and slightly other ink."
            })
    private boolean int8;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The bundle to write.")
    private Path out;

    @Option(
            names = "--find-styles",
            description =
                    "Search the model's style space for named styles (some minutes) instead of using the default ones.")
    private boolean findStyles;

    @Option(names = "--picture", paramLabel = "PNG", description = "With --find-styles: draw a line in each style.")
    private Path picture;

    @Mixin
    private ResultOptions results;

    @Override
    public Integer call() throws IOException {
        ModelBundle bundle;
        try {
            ModelId id = ModelId.parse(model);
            bundle = Files.isRegularFile(source) ? child(id) : exported(id);
            if (int8) {
                bundle = Int8Generator.addTo(bundle);
            }
            if (reader != null || int8) {
                NetworkCost.of(bundle); // as a server does, which would refuse it too, but later
            }
        } catch (InvalidBundleException e) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, (reader == null ? source : reader) + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        if (findStyles) {
            StyledBundle styled = StyledBundle.of(bundle, StyleFinder.Config.DEFAULTS);
            bundle = styled.bundle();
            if (picture != null) {
                ImageIO.write(styled.picture(), "png", picture.toFile());
            }
        }
        byte[] file = bundle.toBytes();
        Files.write(out, file);
        BundleJson.print(results, out, file);
        return ExitCodes.DONE;
    }

    private ModelBundle exported(ModelId id) throws IOException {
        TrainedModel trained = TrainedModel.read(source);
        return BundleMaker.standard()
                .make(
                        id,
                        Optional.ofNullable(parent).map(ModelId::parse),
                        reader == null ? trained : withReader(trained));
    }

    private ModelBundle child(ModelId id) throws IOException, InvalidBundleException {
        if (reader != null || parent != null) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--reader and --parent go with a folder; a bundle keeps its reader, and is itself the parent");
        }
        ModelBundle other = ModelFiles.parse(InputFiles.bytes(source));
        if (id.equals(other.manifest().id())) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, source + " is " + id + " itself; name another version with --model");
        }
        return other.with(other.manifest().childAs(id));
    }

    private TrainedModel withReader(TrainedModel trained) throws IOException {
        ReaderAlphabet alphabet = ReaderFiles.alphabet(reader);
        byte[] onnx = Files.readAllBytes(reader);
        return trained.withReader(
                onnx, alphabet.characters(), alphabet.source() + ", SHA-256 " + ModelBundle.sha256(onnx));
    }
}
