package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.web.WebPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "page",
        description = "Serves the web page of the quickstart on the loopback interface, for any cluster, until Ctrl-C.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:",
            "  inkstream page -b broker:9092 -r http://registry:8081 -X inkstream.ops.page.port=8090",
        })
final class PageCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private ResultOptions results;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder for the strokes and bundles of hands that are made on the page (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/hands")
    private Path out;

    @Override
    public Integer call() throws IOException {
        Cluster cluster = clusterOptions.connect();
        try (WebPage page = WebPage.open(
                cluster,
                Distribution.current(),
                out,
                Addresses.portOr(cluster.settings().get(OpsSettings.PAGE_PORT)))) {
            results.printFact("page", page.address());
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCodes.DONE;
    }
}
