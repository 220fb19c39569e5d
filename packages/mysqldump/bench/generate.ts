/** A dump of any size as mysqldump writes it, the same bytes for the same size on every machine. */
import { closeSync, openSync, writeSync } from 'node:fs';

const head = `-- MySQL dump 10.13  Distrib 8.0.40, for Linux (x86_64)
--
-- Host: localhost    Database: bench
-- ------------------------------------------------------
-- Server version	8.0.40

/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET UNIQUE_CHECKS=0 */;
/*!40014 SET FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;

`;

interface Table {
  readonly name: string;
  readonly columns: string;
  /** Share of the dump's bytes. */
  readonly share: number;
  row(id: number, random: () => number): string;
}

const words =
  'the of and civic data city open people project volunteer map budget transit vote library health river park school meeting hack night code brigade neighbourhood permit licence water street garden'.split(
    ' ',
  );
const foreign = [
  'café',
  'naïve',
  'Zürich',
  'Łódź',
  'Привет',
  'город',
  '東京',
  '区役所',
  'データ',
  '🚲',
  'señor',
  'Ελλάδα',
];
const pick = <T>(list: readonly T[], random: () => number): T =>
  list[Math.floor(random() * list.length)] as T;

function prose(count: number, random: () => number): string {
  let text = '';
  // One text in five is written with more than ASCII.
  const share = random() < 0.2 ? 0.1 : 0;
  for (let i = 0; i < count; i++) {
    const dice = random();
    text += dice < share ? pick(foreign, random) : pick(words, random);
    text += dice > 0.99 ? "\\'s " : dice > 0.98 ? '.\\n' : dice > 0.975 ? ' \\"so\\" ' : ' ';
  }
  return text;
}

const stamp = (random: () => number): string =>
  `'20${10 + Math.floor(random() * 14)}-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 9)} 1${Math.floor(random() * 9)}:3${Math.floor(random() * 9)}:0${Math.floor(random() * 9)}'`;

const tables: readonly Table[] = [
  {
    name: 'people',
    columns:
      "`ID` int(10) unsigned NOT NULL AUTO_INCREMENT,`Class` enum('Person','User') NOT NULL,`Created` timestamp NOT NULL,`CreatorID` int(11) DEFAULT NULL,`FirstName` varchar(255) NOT NULL,`LastName` varchar(255) NOT NULL,`Email` varchar(255) DEFAULT NULL,`Phone` decimal(15,0) DEFAULT NULL,`Location` varchar(255) DEFAULT NULL,`About` text DEFAULT NULL,`Username` varchar(255) DEFAULT NULL,`Password` varchar(255) DEFAULT NULL,`AccountLevel` varchar(20) DEFAULT NULL",
    share: 0.3,
    row: (id, random) =>
      `(${id},'User',${stamp(random)},${random() < 0.5 ? 'NULL' : Math.floor(random() * 9999)},'${pick(words, random)}','${pick(random() < 0.1 ? foreign : words, random)}','${pick(words, random)}.${id}@example.org',${random() < 0.7 ? 'NULL' : '215555' + String(1000 + (id % 9000))},${random() < 0.6 ? 'NULL' : "'Philadelphia, PA'"},${random() < 0.7 ? 'NULL' : `'${prose(20, random)}'`},'${pick(words, random)}${id}','${(id * 2654435761).toString(16).padStart(40, '7c').slice(-40)}','User')`,
  },
  {
    name: 'project_updates',
    columns:
      '`ID` int(10) unsigned NOT NULL AUTO_INCREMENT,`Class` varchar(64) NOT NULL,`Created` timestamp NOT NULL,`CreatorID` int(11) DEFAULT NULL,`Modified` timestamp NULL DEFAULT NULL,`ModifierID` int(10) unsigned DEFAULT NULL,`ProjectID` int(10) unsigned NOT NULL,`Number` int(10) unsigned NOT NULL,`Body` text NOT NULL',
    share: 0.62,
    row: (id, random) =>
      `(${id},'Laddr\\\\ProjectUpdate',${stamp(random)},${Math.floor(random() * 9999)},NULL,NULL,${Math.floor(random() * 999)},${id % 50},'${prose(40 + Math.floor(random() * 120), random)}')`,
  },
  {
    name: 'tag_items',
    columns:
      '`ID` int(10) unsigned NOT NULL AUTO_INCREMENT,`ContextClass` varchar(64) NOT NULL,`ContextID` int(10) unsigned NOT NULL,`TagID` int(10) unsigned NOT NULL,`Created` timestamp NOT NULL,`Weight` double DEFAULT NULL',
    share: 0.08,
    row: (id, random) =>
      `(${id},'Laddr\\\\Project',${Math.floor(random() * 5000)},${Math.floor(random() * 900)},${stamp(random)},${random() < 0.5 ? 'NULL' : random().toFixed(6)})`,
  },
];

/** Writes about `size` bytes; the number of rows. */
export function generate(path: string, size: number): number {
  const random = mulberry32(42);
  const file = openSync(path, 'w');
  let rows = 0;
  writeSync(file, head);
  for (const table of tables) {
    writeSync(
      file,
      `DROP TABLE IF EXISTS \`${table.name}\`;\nCREATE TABLE \`${table.name}\` (\n  ${table.columns.replaceAll(',`', ',\n  `')},\n  PRIMARY KEY (\`ID\`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\nLOCK TABLES \`${table.name}\` WRITE;\n`,
    );
    let written = 0;
    for (let id = 1; written < size * table.share;) {
      let statement = `INSERT INTO \`${table.name}\` VALUES `;
      const stop = Math.min(1_000_000, size * table.share - written);
      for (let first = true; statement.length < stop || first; first = false) {
        statement += (first ? '' : ',') + table.row(id++, random);
        rows++;
      }
      const bytes = Buffer.from(`${statement};\n`);
      writeSync(file, bytes);
      written += bytes.length;
    }
    writeSync(file, 'UNLOCK TABLES;\n');
  }
  writeSync(file, '\n-- Dump completed on 2026-01-01 00:00:00\n');
  closeSync(file);
  return rows;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
