import { describeLanguageFaults } from "../support/language-faults.ts";

describeLanguageFaults("go");
