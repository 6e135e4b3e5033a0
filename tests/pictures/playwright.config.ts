// The pictures of the documents, made anew from the product as it is.
import scenes from "../playwright.config.ts";

export default { ...scenes, testDir: ".", testMatch: "*.picture.ts", outputDir: "../../dist/work/pictures" };
