package io.inkstream.ops.cli;

import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.dataset.PictureScale;
import io.inkstream.trainer.images.ImageFolder;
import io.inkstream.trainer.images.ImageTraining;
import io.inkstream.trainer.report.EventLog;
import io.inkstream.trainer.report.TrainingListener;
import io.inkstream.trainer.report.TrainingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "images",
        description = {
            "Trains a generator on any folder of images, made 28 x 28 and grey, without classes: faces, leaves, signs.",
            "The result is a sheet of pictures; it is no handwriting, so it is not published. If it is stopped by"
                    + " Ctrl-C or",
            "killed, the same command resumes."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream train images leaves --steps 4000 --out out/leaves",
            "  inkstream train images photos --scale fit",
        })
final class TrainImagesCommand implements Callable<Integer> {
    private static final String SHEET = "samples.png";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ResultOptions results;

    @Mixin
    private Verbosity verbosity;

    @Parameters(paramLabel = "DIR", description = "Folder of PNG, GIF, BMP or JPEG images; its folders count too.")
    private Path images;

    @Option(
            names = "--scale",
            description =
                    "What becomes of other sizes: crop takes the middle square, fit the whole picture, none refuses"
                            + " them (default: ${DEFAULT-VALUE}).",
            defaultValue = "crop")
    private PictureScale scale;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of the training, each of 64 images (default: ${DEFAULT-VALUE}).",
            defaultValue = "4000")
    private long steps;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "1")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder of checkpoints, events and the sheet; one for each training (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/images")
    private Path out;

    /** Images that were found; the names are fixed. */
    private record Found(int images, int unreadable) {}

    @Override
    public Integer call() throws IOException {
        ImageTraining.Plan usual = ImageTraining.Plan.DEFAULTS;
        ImageTraining.Plan plan;
        try {
            plan = new ImageTraining.Plan(steps, usual.generated(), usual.real(), seed);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        if (!Files.isDirectory(images)) {
            throw new CommandException(ExitCodes.WRONG_USE, "no such folder: " + images);
        }
        try {
            ImageFolder folder = ImageFolder.read(images, scale);
            folder.faulty().forEach(fault -> Printed.note(spec, "faulty: " + fault));
            results.printNext(
                    new Found(folder.files().size(), folder.faults()),
                    "images: " + folder.files().size() + ", and " + folder.faults() + " files that cannot be read");
            byte[] sheet = train(folder, plan)
                    .orElseThrow(() -> new CommandException(ExitCodes.FAILED, "stopped; the same command resumes it"));
            OutputFiles.write(out.resolve(SHEET), sheet);
            results.printNext(
                    Map.of("sheet", out.resolve(SHEET).toString()),
                    "sheet: " + out.resolve(SHEET) + " (images on the left, drawn ones on the right)");
            report(folder, plan);
            return ExitCodes.DONE;
        } catch (TrainingException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        }
    }

    private Optional<byte[]> train(ImageFolder folder, ImageTraining.Plan plan) throws IOException, TrainingException {
        Files.createDirectories(out);
        try (StopSignal stop = StopSignal.listen();
                TrainingListener log = EventLog.open(
                        out.resolve(EventLog.FILE_NAME),
                        CheckpointStore.lastStep(out.resolve(ImageTraining.CHECKPOINTS_FOLDER)))) {
            return new ImageTraining(
                            out,
                            TrainingListener.ofAll(List.of(TrainingProgress.to(results), log)),
                            stop::isGiven,
                            InstantSource.system(),
                            System::nanoTime)
                    .train(folder, scale, plan);
        }
    }

    private void report(ImageFolder folder, ImageTraining.Plan plan) throws IOException {
        Path report = out.resolve("report.html");
        new TrainingReport(
                        "Generator of the images of " + images.getFileName(),
                        EventLog.read(out.resolve(EventLog.FILE_NAME)),
                        Map.of(),
                        List.of(),
                        Map.of(
                                "plan",
                                plan.toString(),
                                "images",
                                Integer.toString(folder.files().size())))
                .write(report);
        results.printFact("report", report);
    }
}
