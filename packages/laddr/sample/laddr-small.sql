/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: laddr
-- ------------------------------------------------------
-- Server version	10.11.19-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

--
-- Table structure for table `_e_file_collections`
--

DROP TABLE IF EXISTS `_e_file_collections`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `_e_file_collections` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Site` enum('Local','Remote') NOT NULL DEFAULT 'Local',
  `Handle` varchar(255) NOT NULL,
  `Status` enum('Normal','Deleted') NOT NULL DEFAULT 'Normal',
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(10) unsigned DEFAULT NULL,
  `ParentID` int(10) unsigned DEFAULT NULL,
  `PosLeft` int(10) unsigned NOT NULL,
  `PosRight` int(10) unsigned NOT NULL,
  PRIMARY KEY (`ID`),
  KEY `ParentID` (`ParentID`)
) ENGINE=MyISAM AUTO_INCREMENT=1004 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `_e_file_collections`
--

LOCK TABLES `_e_file_collections` WRITE;
/*!40000 ALTER TABLE `_e_file_collections` DISABLE KEYS */;
INSERT INTO `_e_file_collections` VALUES
(1001,'Local','folder1','Normal','2013-06-02 05:46:54',1009,NULL,1,2),
(1002,'Local','folder2','Normal','2013-06-02 23:25:16',1035,NULL,3,4),
(1003,'Local','folder3','Normal','2013-05-28 14:21:04',1051,NULL,5,6);
/*!40000 ALTER TABLE `_e_file_collections` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `_e_files`
--

DROP TABLE IF EXISTS `_e_files`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `_e_files` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `CollectionID` int(10) unsigned NOT NULL,
  `Handle` varchar(255) NOT NULL,
  `Status` enum('Phantom','Normal','Deleted') NOT NULL DEFAULT 'Phantom',
  `SHA1` char(40) DEFAULT NULL,
  `Size` int(10) unsigned DEFAULT NULL,
  `Type` varchar(255) DEFAULT NULL,
  `MIMEType` varchar(255) DEFAULT NULL,
  `Timestamp` timestamp NOT NULL DEFAULT current_timestamp(),
  `AuthorID` int(10) unsigned DEFAULT NULL,
  `AncestorID` int(10) unsigned DEFAULT NULL,
  PRIMARY KEY (`ID`),
  KEY `CollectionID` (`CollectionID`,`Handle`)
) ENGINE=MyISAM AUTO_INCREMENT=1020 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `_e_files`
--

LOCK TABLES `_e_files` WRITE;
/*!40000 ALTER TABLE `_e_files` DISABLE KEYS */;
INSERT INTO `_e_files` VALUES
(1001,1012,'file1.php','Normal','7342c7088db69f12b442a93a6cee0bf8fd5b4ccb',40896,'text','application/php','2017-08-05 06:31:46',1008,NULL),
(1002,1013,'file2.php','Normal','1777af5c5c594b26041210b6b6891d5300b927a1',114,'text','application/php','2017-08-06 19:25:49',1034,NULL),
(1003,1016,'file3.php','Normal','ad37ac5c389a833be00d5d8ef32326cf377e1979',1724,'text','application/php','2017-08-11 15:33:28',1007,NULL),
(1004,1017,'file4.php','Normal','970cd8be83dd61c4dc6326b57263ea41aeb0cb4e',41379,'text','application/php','2017-08-08 16:32:59',1057,NULL),
(1005,1001,'file5.php','Normal','30f8514aaea1b243ecffad5305fd1307747e9b0a',36728,'text','application/php','2017-07-30 22:17:02',1067,NULL),
(1006,1005,'file6.php','Normal','a0418211c08d9b340029c64f9daa9dcef6e55ff7',35876,'text','application/php','2017-08-06 18:51:07',1070,NULL),
(1007,1009,'file7.php','Normal','05510ae16f06e04ee3a492e712c0bc8eaf556d36',30673,'text','application/php','2017-07-24 05:21:47',1006,NULL),
(1008,1004,'file8.php','Normal','c00cc99a547c8d013b03bcb8837482990dd46405',3754,'text','application/php','2017-08-04 07:08:01',1039,NULL),
(1009,1003,'file9.php','Normal','a4a03d5cc273c2084a046f32b97972b1867c93b0',29765,'text','application/php','2017-07-29 02:02:06',1058,NULL),
(1010,1013,'file10.php','Normal','cea001b3b10d6d4e78ec9ee9a280f8f25b6f84f4',38915,'text','application/php','2017-08-14 07:31:28',1057,NULL),
(1011,1020,'file11.php','Normal','adfeb19444dfd8b0f67d884e71c7043b6d564865',35846,'text','application/php','2017-08-19 16:00:07',1046,NULL),
(1012,1019,'file12.php','Normal','74377ef7569fe4e6e69dcfa1f5aeaef6cdaefa53',37476,'text','application/php','2017-08-01 20:27:32',1064,NULL),
(1013,1003,'file13.php','Normal','146c8e4dc87531e8c26996fb76bc10563fc16271',10737,'text','application/php','2017-07-30 13:44:44',1016,NULL),
(1014,1020,'file14.php','Normal','c33b8d39150515c1a6e8f896bd253f86daa1d462',35298,'text','application/php','2017-08-13 17:19:03',1048,NULL),
(1015,1009,'file15.php','Normal','3ca6b5d56dc9d5a0300d8fdabebcc0b1f202e170',35966,'text','application/php','2017-07-24 06:59:20',1027,NULL),
(1016,1016,'file16.php','Normal','b79b67be72d7018c6409984a83bbb1bf55c4efb1',1557,'text','application/php','2017-08-13 02:19:56',1039,NULL),
(1017,1009,'file17.php','Normal','fdf1b113a88693702401e20983c4e6a3a3c088b4',6536,'text','application/php','2017-08-01 08:20:29',1038,NULL),
(1018,1009,'file18.php','Normal','856a39a93dd9dfabbe9c8269304c5d0b934c258e',47108,'text','application/php','2017-08-12 21:12:38',1026,NULL),
(1019,1006,'file19.php','Normal','d61f4df661b1e218b80fe4d1fc34721cebeed490',7884,'text','application/php','2017-08-09 09:47:02',1003,NULL);
/*!40000 ALTER TABLE `_e_files` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `_e_migrations`
--

DROP TABLE IF EXISTS `_e_migrations`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `_e_migrations` (
  `Key` varchar(255) NOT NULL,
  `SHA1` char(40) NOT NULL,
  `Timestamp` timestamp NOT NULL DEFAULT current_timestamp(),
  `Status` enum('skipped','started','executed','failed') NOT NULL DEFAULT 'started',
  PRIMARY KEY (`Key`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `_e_migrations`
--

LOCK TABLES `_e_migrations` WRITE;
/*!40000 ALTER TABLE `_e_migrations` DISABLE KEYS */;
INSERT INTO `_e_migrations` VALUES
('People/20190101_migration-1','92a9a1edc969918fafacafd1e08c5d19eef92ecd','2021-10-01 14:23:21','executed'),
('People/20190102_migration-2','b719a6a2d7d16c8010180283dc59769a7c2c6848','2021-09-22 10:43:01','executed');
/*!40000 ALTER TABLE `_e_migrations` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `addresses`
--

DROP TABLE IF EXISTS `addresses`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `addresses` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\People\\ContactPoint\\Postal') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Address` varchar(255) NOT NULL,
  `City` varchar(255) DEFAULT NULL,
  `Postal` varchar(10) DEFAULT NULL,
  PRIMARY KEY (`ID`)
) ENGINE=MyISAM AUTO_INCREMENT=1002 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `addresses`
--

LOCK TABLES `addresses` WRITE;
/*!40000 ALTER TABLE `addresses` DISABLE KEYS */;
INSERT INTO `addresses` VALUES
(1001,'Emergence\\People\\ContactPoint\\Postal','2018-12-13 02:03:08',1066,'413 Market Street','Springfield','00000');
/*!40000 ALTER TABLE `addresses` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `comments`
--

DROP TABLE IF EXISTS `comments`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `comments` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\Comments\\Comment') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `ContextClass` varchar(255) NOT NULL,
  `ContextID` int(10) unsigned NOT NULL,
  `Handle` varchar(255) NOT NULL,
  `ReplyToID` int(10) unsigned DEFAULT NULL,
  `Message` text NOT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Handle` (`Handle`),
  KEY `CONTEXT` (`ContextClass`,`ContextID`),
  FULLTEXT KEY `FULLTEXT` (`Message`)
) ENGINE=MyISAM AUTO_INCREMENT=1016 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `comments`
--

LOCK TABLES `comments` WRITE;
/*!40000 ALTER TABLE `comments` DISABLE KEYS */;
INSERT INTO `comments` VALUES
(101,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',101,NULL,NULL,'Laddr\\Project',1,'c0ffee101',NULL,'Well done'),
(102,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',NULL,NULL,NULL,'Laddr\\Project',1,'c0ffee102',101,'Well done'),
(103,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',NULL,NULL,NULL,'Laddr\\Project',1,'c0ffee103',2000000000,'Well done'),
(104,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',NULL,NULL,NULL,'Emergence\\CMS\\AbstractContent',102,'c0ffee104',NULL,'Well done'),
(105,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',NULL,NULL,NULL,'Laddr\\Project',1,'c0ffee105',104,'Well done'),
(106,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',NULL,NULL,NULL,'Laddr\\Project',2000000000,'c0ffee106',NULL,'Well done'),
(107,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',NULL,NULL,NULL,'Emergence\\CMS\\AbstractContent',101,'c0ffee107',NULL,'it\'s \"quoted\"; -- not a comment\r\n/* nor this */ \\\' \\n \\\\ DROP TABLE `people`;\n\');<p onclick=\"alert(1)\">Hi <b>there</b> &amp; <script>x</script></p>'),
(108,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',NULL,NULL,NULL,'Laddr\\Project',1,'123456789012',NULL,'Well done'),
(109,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',NULL,NULL,NULL,'Emergence\\Comments\\Comment',104,'c0ffee109',NULL,'Well done'),
(1001,'Emergence\\Comments\\Comment','2012-01-02 00:53:55',1038,NULL,NULL,'Laddr\\Project',1004,'7358b7000001',NULL,'The quiet record counts every report and the daily bus compares every park.'),
(1002,'Emergence\\Comments\\Comment','2012-12-16 10:33:38',1043,'2013-09-01 14:12:57',1048,'Laddr\\Project',1017,'2a629e000002',NULL,'The small market lists every garden because the quick neighbor maps every bus.'),
(1003,'Emergence\\Comments\\Comment','2013-11-17 02:40:18',1052,NULL,NULL,'Laddr\\Project',1005,'dac504000003',NULL,'The small neighbor collects every vote.'),
(1004,'Emergence\\Comments\\Comment','2014-10-20 05:26:17',1047,NULL,NULL,'Laddr\\Project',1011,'5395eb000004',1001,'The open meeting maps every bus.'),
(1005,'Emergence\\Comments\\Comment','2015-10-09 12:29:42',1011,'2016-06-22 06:24:47',1027,'Laddr\\Project',1012,'743f99000005',NULL,'The open council translates every budget because the honest school tracks every survey.'),
(1006,'Emergence\\Comments\\Comment','2016-09-01 13:20:57',1045,'2017-05-13 08:50:05',1006,'Laddr\\Project',1014,'ff13ed000006',1003,'The daily bus lists every station; it\'s \"small\" enough.'),
(1007,'Emergence\\Comments\\Comment','2017-07-23 07:09:15',1047,NULL,NULL,'Laddr\\Project',1010,'d4a9cb000007',NULL,'The small market draws every river because the friendly shelter checks every report.'),
(1008,'Emergence\\Comments\\Comment','2018-07-16 13:02:31',1013,'2019-03-25 21:50:43',1072,'Laddr\\Project',1008,'bf8e25000008',NULL,'The shared address translates every dataset.'),
(1009,'Emergence\\Comments\\Comment','2019-06-13 04:38:41',1006,'2020-03-01 00:05:33',1069,'Laddr\\Project',1016,'e67b83000009',NULL,'The quiet tree maps every garden; it\'s \"quiet\" enough.'),
(1010,'Emergence\\Comments\\Comment','2020-05-15 04:43:39',1016,'2021-01-31 03:26:46',1012,'Laddr\\Project',1013,'637e0800000a',NULL,'The daily neighbor sorts every shelter.'),
(1011,'Emergence\\Comments\\Comment','2021-04-23 10:04:25',1040,NULL,NULL,'Laddr\\Project',1007,'e3cbdb00000b',NULL,'The public neighbor shows every meeting.'),
(1012,'Emergence\\Comments\\Comment','2022-03-06 00:43:44',1046,'2022-11-16 00:36:37',1057,'Laddr\\Project',1016,'e1339100000c',1008,'The honest sensor translates every meeting.'),
(1013,'Emergence\\Comments\\Comment','2023-03-08 13:02:30',1064,'2023-11-13 12:59:26',1018,'Laddr\\Project',1010,'82582400000d',NULL,'The small meeting translates every bus.'),
(1014,'Emergence\\Comments\\Comment','2024-01-30 04:09:53',1002,NULL,NULL,'Laddr\\Project',1011,'0fbd6300000e',1005,'The bright budget tracks every survey; it\'s \"daily\" enough.'),
(1015,'Emergence\\Comments\\Comment','2025-01-04 02:25:07',1019,NULL,NULL,'Laddr\\Project',1001,'ac531c00000f',NULL,'The simple address shows every sensor while the quick school checks every bridge.');
/*!40000 ALTER TABLE `comments` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `connector_jobs`
--

DROP TABLE IF EXISTS `connector_jobs`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `connector_jobs` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\Connectors\\Job') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Handle` varchar(255) NOT NULL,
  `Status` enum('Template','Pending','InProgress','Completed','Failed') NOT NULL DEFAULT 'Pending',
  `Connector` varchar(255) NOT NULL,
  `Config` text DEFAULT NULL,
  PRIMARY KEY (`ID`)
) ENGINE=MyISAM AUTO_INCREMENT=1002 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `connector_jobs`
--

LOCK TABLES `connector_jobs` WRITE;
/*!40000 ALTER TABLE `connector_jobs` DISABLE KEYS */;
INSERT INTO `connector_jobs` VALUES
(1001,'Emergence\\Connectors\\Job','2018-12-21 03:03:32',1026,'425644cd5cbcbad7','Completed','meetup','{\"pretend\":true}');
/*!40000 ALTER TABLE `connector_jobs` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `connector_mappings`
--

DROP TABLE IF EXISTS `connector_mappings`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `connector_mappings` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\Connectors\\Mapping') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `ContextClass` varchar(255) NOT NULL,
  `ContextID` int(10) unsigned NOT NULL,
  `Source` enum('creation','matching','manual') NOT NULL DEFAULT 'creation',
  `Connector` varchar(255) NOT NULL,
  `ExternalKey` varchar(255) NOT NULL,
  `ExternalIdentifier` varchar(255) NOT NULL,
  PRIMARY KEY (`ID`),
  KEY `CONTEXT` (`ContextClass`,`ContextID`)
) ENGINE=MyISAM AUTO_INCREMENT=1006 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `connector_mappings`
--

LOCK TABLES `connector_mappings` WRITE;
/*!40000 ALTER TABLE `connector_mappings` DISABLE KEYS */;
INSERT INTO `connector_mappings` VALUES
(1001,'Emergence\\Connectors\\Mapping','2018-12-28 21:44:30',1049,'Emergence\\People\\Person',1045,'creation','slack','user[id]','U00000001'),
(1002,'Emergence\\Connectors\\Mapping','2018-12-16 08:43:26',1011,'Emergence\\People\\Person',1007,'creation','slack','user[id]','U00000002'),
(1003,'Emergence\\Connectors\\Mapping','2018-12-13 19:15:06',1014,'Emergence\\People\\Person',1066,'creation','slack','user[id]','U00000003'),
(1004,'Emergence\\Connectors\\Mapping','2018-12-18 06:49:42',1005,'Emergence\\People\\Person',1018,'creation','slack','user[id]','U00000004'),
(1005,'Emergence\\Connectors\\Mapping','2018-12-19 07:54:30',1001,'Emergence\\People\\Person',1065,'creation','slack','user[id]','U00000005');
/*!40000 ALTER TABLE `connector_mappings` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `contact_submissions`
--

DROP TABLE IF EXISTS `contact_submissions`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `contact_submissions` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\ContactSubmission') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `ContextClass` varchar(255) DEFAULT NULL,
  `Subform` varchar(255) NOT NULL,
  `Data` text NOT NULL,
  PRIMARY KEY (`ID`)
) ENGINE=MyISAM AUTO_INCREMENT=1004 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `contact_submissions`
--

LOCK TABLES `contact_submissions` WRITE;
/*!40000 ALTER TABLE `contact_submissions` DISABLE KEYS */;
INSERT INTO `contact_submissions` VALUES
(1001,'Emergence\\ContactSubmission','2018-12-27 03:23:48',1011,NULL,'contact','{\"Name\":\"Somebody\",\"Message\":\"The friendly signal explains every park when the friendly permit draws every report.\"}'),
(1002,'Emergence\\ContactSubmission','2018-12-30 07:53:46',1055,NULL,'contact','{\"Name\":\"Somebody\",\"Message\":\"The daily park translates every crosswalk while the quick vote counts every bus.\"}'),
(1003,'Emergence\\ContactSubmission','2018-12-19 07:37:03',1019,NULL,'contact','{\"Name\":\"Somebody\",\"Message\":\"The public vote collects every sensor; it\'s \\\"public\\\" enough.\"}');
/*!40000 ALTER TABLE `contact_submissions` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `content`
--

DROP TABLE IF EXISTS `content`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `content` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\CMS\\Page','Emergence\\CMS\\BlogPost') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `ContextClass` varchar(255) DEFAULT NULL,
  `ContextID` int(10) unsigned DEFAULT NULL,
  `Title` varchar(255) NOT NULL,
  `Handle` varchar(255) NOT NULL,
  `AuthorID` int(10) unsigned NOT NULL,
  `Status` enum('Draft','Published','Hidden','Deleted') NOT NULL DEFAULT 'Published',
  `Published` timestamp NULL DEFAULT NULL,
  `Visibility` enum('Public','Private') NOT NULL DEFAULT 'Public',
  `Summary` text DEFAULT NULL,
  `LayoutClass` enum('OneColumn') DEFAULT 'OneColumn',
  `LayoutConfig` text DEFAULT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Handle` (`Handle`),
  KEY `Published` (`Published`),
  KEY `CONTEXT` (`ContextClass`,`ContextID`)
) ENGINE=MyISAM AUTO_INCREMENT=1008 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `content`
--

LOCK TABLES `content` WRITE;
/*!40000 ALTER TABLE `content` DISABLE KEYS */;
INSERT INTO `content` VALUES
(100,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','Harvest Notes',2,'Draft','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(101,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'Harvest','harvest_notes',2,'Published','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(102,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_102',2,'Draft','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(103,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_103',2,'Hidden','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(104,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_104',2,'Deleted','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(105,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_105',2,'Published','2019-03-04 05:06:07','Private',NULL,'OneColumn',NULL),
(106,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_106',2,'Published','2031-01-01 00:00:00','Public',NULL,'OneColumn',NULL),
(107,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_107',2,'Published',NULL,'Public',NULL,'OneColumn',NULL),
(108,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_108',2,'Published','2026-01-15 12:00:00','Public',NULL,'OneColumn',NULL),
(109,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_109',2,'Published','2026-01-15 12:00:01','Public',NULL,'OneColumn',NULL),
(110,'Emergence\\CMS\\Page','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','About Us',2,'Published','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(111,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_111',2000000000,'Published','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(112,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_112',2,'','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(113,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_113',2,'Published','2019-03-04 05:06:07','',NULL,'OneColumn',NULL),
(114,'','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_114',2,'Published','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(115,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,'Laddr\\Project',110,'A post','post_115',2,'Published','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(116,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,'Laddr\\Project',2000000000,'A post','post_116',2,'Published','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(1001,'Emergence\\CMS\\BlogPost','2012-01-09 17:13:57',1016,NULL,NULL,NULL,NULL,'Bright Permit Bridge','bright_permit_bridge_1',1039,'Published','2012-01-30 09:35:17','Public','The local station maps every school until the open shelter sorts every market.','OneColumn',NULL),
(1002,'Emergence\\CMS\\BlogPost','2014-01-16 03:14:10',1048,'2014-09-21 10:23:21',1065,NULL,NULL,'Friendly Bridge Record','friendly_bridge_record_2',1060,'Hidden','2014-01-13 02:53:03','Public',NULL,'OneColumn',NULL),
(1003,'Emergence\\CMS\\BlogPost','2015-12-27 07:58:36',1057,NULL,NULL,NULL,NULL,'Small Address Tree','small_address_tree_3',1069,'Deleted','2015-12-24 03:48:26','Public',NULL,'OneColumn',NULL),
(1004,'Emergence\\CMS\\BlogPost','2018-01-01 02:19:16',1035,NULL,NULL,NULL,NULL,'Simple Bus Council','simple_bus_council_4',1076,'Published','2017-12-29 19:55:59','Public','The honest river draws every station.','OneColumn',NULL),
(1005,'Emergence\\CMS\\BlogPost','2020-01-01 05:57:21',1024,NULL,NULL,NULL,NULL,'Friendly School Station','friendly_school_station_5',1050,'Hidden','2019-12-23 21:45:02','Public',NULL,'OneColumn',NULL),
(1006,'Emergence\\CMS\\BlogPost','2021-12-17 20:21:20',1049,NULL,NULL,NULL,NULL,'Simple Address Library','simple_address_library_6',1069,'Published','2021-12-24 15:03:29','Public',NULL,'OneColumn',NULL),
(1007,'Emergence\\CMS\\BlogPost','2023-12-09 09:25:51',1022,NULL,NULL,NULL,NULL,'Friendly Budget Station','friendly_budget_station_7',1078,'Deleted','2023-12-11 07:29:36','Public',NULL,'OneColumn',NULL);
/*!40000 ALTER TABLE `content` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `content_blocks`
--

DROP TABLE IF EXISTS `content_blocks`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `content_blocks` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\CMS\\ContentBlock') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `Handle` varchar(255) NOT NULL,
  `Content` text NOT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Handle` (`Handle`)
) ENGINE=MyISAM AUTO_INCREMENT=1002 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `content_blocks`
--

LOCK TABLES `content_blocks` WRITE;
/*!40000 ALTER TABLE `content_blocks` DISABLE KEYS */;
INSERT INTO `content_blocks` VALUES
(1001,'Emergence\\CMS\\ContentBlock','2018-12-29 17:16:45',1049,'2019-08-20 14:03:56',1002,'block_1','The shared report counts every survey so the open vote sorts every tree.');
/*!40000 ALTER TABLE `content_blocks` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `content_items`
--

DROP TABLE IF EXISTS `content_items`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `content_items` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\CMS\\Item\\Album','Emergence\\CMS\\Item\\Embed','Emergence\\CMS\\Item\\Media','Emergence\\CMS\\Item\\RichText','Emergence\\CMS\\Item\\Text','Emergence\\CMS\\Item\\Markdown') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `Title` varchar(255) DEFAULT NULL,
  `ContentID` int(10) unsigned NOT NULL,
  `AuthorID` int(10) unsigned NOT NULL,
  `Status` enum('Draft','Published','Hidden','Deleted') NOT NULL DEFAULT 'Published',
  `Order` int(10) unsigned DEFAULT NULL,
  `Data` text NOT NULL,
  PRIMARY KEY (`ID`),
  KEY `ContentID` (`ContentID`)
) ENGINE=MyISAM AUTO_INCREMENT=1016 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `content_items`
--

LOCK TABLES `content_items` WRITE;
/*!40000 ALTER TABLE `content_items` DISABLE KEYS */;
INSERT INTO `content_items` VALUES
(101,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Published',9,'Bare text of an older version; \"quoted\" too'),
(102,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Published',1,'\"# Harvest\\n\\nWritten with \\\\ and \\\"quotes\\\".\"'),
(103,'Emergence\\CMS\\Item\\RichText','2019-01-02 03:04:05',NULL,NULL,NULL,'A heading',101,2,'Published',2,'\"<p onclick=\\\"alert(1)\\\">Hi <b>there</b> &amp; <script>x</script></p>\"'),
(104,'Emergence\\CMS\\Item\\Media','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Published',3,'{\"MediaID\":107,\"Caption\":\"A crowd\"}'),
(105,'Emergence\\CMS\\Item\\Embed','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Published',4,'\"<iframe src=\\\"https://video.example.com/1\\\"></iframe>\"'),
(106,'Emergence\\CMS\\Item\\Text','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Published',NULL,'\"Before all: an order of NULL\"'),
(107,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Draft',5,'\"not yet\"'),
(108,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Deleted',5,'\"Some words\"'),
(109,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,102,2,'Published',1,'\"Some words\"'),
(110,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,105,2,'Published',1,'\"confided\"'),
(111,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,106,2,'Published',1,'\"Some words\"'),
(112,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,2000000000,2,'Published',1,'\"Some words\"'),
(113,'Emergence\\CMS\\Item\\Media','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Published',6,'{\"MediaID\":2000000000}'),
(114,'Emergence\\CMS\\Item\\Media','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Published',6,'{\"MediaID\":104}'),
(115,'','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Published',7,'\"Some words\"'),
(116,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,114,2,'Published',1,'\"Some words\"'),
(1001,'Emergence\\CMS\\Item\\Markdown','2012-01-12 23:42:04',1053,NULL,NULL,NULL,1001,1045,'Published',1,'\"## Open Station School\\r\\n\\r\\nThe small sensor translates every station until the daily market tracks every park.\\r\\n\\r\\nThe quiet bridge explains every address. The quick market sorts every street; it\'s \\\"public\\\" enough. The shared council explains every crosswalk.\"'),
(1002,'Emergence\\CMS\\Item\\Markdown','2012-01-08 01:25:35',1023,NULL,NULL,NULL,1001,1074,'Published',2,'\"## Public Station Record\\r\\n\\r\\nThe public bus compares every shelter. The public signal shows every record.\\r\\n\\r\\nThe bright bridge shows every crosswalk. The public sensor draws every clinic; it\'s \\\"local\\\" enough.\\r\\n\\r\\n- The friendly river compares every address.\\r\\n- The quiet permit explains every garden; it\'s \\\"quiet\\\" enough.\\r\\n\\r\\n[street](https://meeting.example.org/589)\"'),
(1003,'Emergence\\CMS\\Item\\Markdown','2012-01-07 19:37:28',1007,'2012-09-17 18:35:21',1037,NULL,1001,1034,'Published',3,'\"## Simple Budget Crosswalk\\r\\n\\r\\nThe public meeting translates every library because the daily river counts every address.\\r\\n\\r\\nThe small library sorts every tree until the honest record translates every river. The honest signal checks every crosswalk. The small address explains every bus.\"'),
(1004,'Emergence\\CMS\\Item\\Markdown','2013-12-31 11:43:44',1053,NULL,NULL,NULL,1002,1029,'Published',1,'\"## Quiet Survey Sensor\\r\\n\\r\\nThe honest crosswalk lists every address. The local bridge tracks every park; it\'s \\\"shared\\\" enough. The friendly sensor sorts every clinic; it\'s \\\"quick\\\" enough.\\r\\n\\r\\nThe public map checks every school; it\'s \\\"shared\\\" enough. The friendly meeting checks every shelter. The quiet library sorts every dataset while the small shelter translates every station.\\r\\n\\r\\n- The quiet vote tracks every dataset because the daily market draws every river.\\r\\n- The daily river draws every address so the public park compares every bus.\\r\\n\\r\\n[tree](https://river.example.org/993)\"'),
(1005,'Emergence\\CMS\\Item\\Markdown','2013-12-30 09:38:49',1059,'2014-09-05 12:31:09',1021,NULL,1002,1041,'Published',2,'\"## Local River River\\r\\n\\r\\nThe quiet park maps every river. The honest bus lists every bus. The small permit counts every report.\\r\\n\\r\\nThe small bridge explains every record.\\r\\n\\r\\n[library](https://signal.example.org/112)\"'),
(1006,'Emergence\\CMS\\Item\\Markdown','2015-12-19 19:25:31',1021,'2016-09-06 19:10:35',1029,NULL,1003,1038,'Published',1,'\"## Local Report Dataset\\r\\n\\r\\nThe daily council compares every shelter when the small market checks every signal. The simple vote shows every market. The public report translates every bus; it\'s \\\"quiet\\\" enough.\\r\\n\\r\\nThe small market maps every meeting while the quiet signal compares every report. The open bus checks every report. The shared crosswalk draws every bridge so the quiet dataset counts every bus.\\r\\n\\r\\n- The quick school tracks every sensor and the friendly permit draws every bus.\\r\\n- The bright survey shows every council.\"'),
(1007,'Emergence\\CMS\\Item\\Markdown','2016-01-15 13:17:54',1065,NULL,NULL,NULL,1003,1022,'Published',2,'\"## Public Crosswalk Shelter\\r\\n\\r\\nThe quiet shelter compares every school.\\r\\n\\r\\nThe bright sensor explains every budget; it\'s \\\"friendly\\\" enough. The quick bridge compares every survey.\\r\\n\\r\\n- The open signal shows every river.\\r\\n- The small tree explains every vote until the public clinic draws every report.\"'),
(1008,'Emergence\\CMS\\Item\\Markdown','2015-12-19 07:56:01',1032,NULL,NULL,NULL,1003,1023,'Published',3,'\"## Open Tree Vote\\r\\n\\r\\nThe honest market compares every garden. The small library maps every bus.\\r\\n\\r\\nThe local report collects every council when the quiet survey tracks every record.\\r\\n\\r\\n- The quick market translates every bus because the quick budget lists every record.\\r\\n- The simple bridge explains every library.\\r\\n\\r\\n[street](https://park.example.org/412)\"'),
(1009,'Emergence\\CMS\\Item\\Markdown','2017-12-22 02:24:07',1058,'2018-08-24 12:27:57',1070,NULL,1004,1024,'Published',1,'\"## Quiet Sensor Budget\\r\\n\\r\\nThe honest shelter compares every map.\\r\\n\\r\\nThe simple council shows every budget while the small library sorts every sensor. The quiet map translates every sensor so the simple garden explains every neighbor. The simple council draws every park.\\r\\n\\r\\n- The public council maps every meeting.\\r\\n- The local address sorts every garden.\"'),
(1010,'Emergence\\CMS\\Item\\RichText','2017-12-18 00:24:00',1026,NULL,NULL,NULL,1004,1019,'Published',2,'\"<p>The shared shelter explains every dataset.</p>\"'),
(1011,'Emergence\\CMS\\Item\\Markdown','2017-12-25 05:59:49',1066,NULL,NULL,NULL,1004,1044,'Published',3,'\"## Daily School Dataset\\r\\n\\r\\nThe daily sensor translates every neighbor. The bright shelter shows every garden. The honest budget maps every library.\\r\\n\\r\\nThe simple library shows every neighbor until the open park maps every sensor. The small garden counts every permit; it\'s \\\"friendly\\\" enough. The public crosswalk explains every library; it\'s \\\"quiet\\\" enough.\\r\\n\\r\\n[river](https://address.example.org/607)\"'),
(1012,'Emergence\\CMS\\Item\\Markdown','2019-12-14 03:01:42',1015,'2020-09-01 11:27:27',1064,NULL,1005,1023,'Published',1,'\"## Simple Crosswalk Record\\r\\n\\r\\nThe local record tracks every map when the quick sensor maps every clinic. The daily clinic sorts every library.\\r\\n\\r\\nThe quiet market counts every library when the bright report counts every address. The honest street draws every council. The quick permit compares every tree.\\r\\n\\r\\n[vote](https://market.example.org/456)\"'),
(1013,'Emergence\\CMS\\Item\\RichText','2021-12-23 15:41:39',1046,NULL,NULL,NULL,1006,1011,'Deleted',1,'\"<p>The local report maps every meeting; it\'s \\\"friendly\\\" enough.</p>\"'),
(1014,'Emergence\\CMS\\Item\\Markdown','2021-12-05 16:35:26',1013,NULL,NULL,NULL,1006,1052,'Published',2,'\"## Public School Dataset\\r\\n\\r\\nThe small survey checks every council. The local meeting sorts every bridge.\\r\\n\\r\\nThe honest park explains every street while the quiet signal checks every report. The open survey lists every permit; it\'s \\\"quick\\\" enough.\"'),
(1015,'Emergence\\CMS\\Item\\Markdown','2023-11-28 04:44:48',1034,NULL,NULL,NULL,1007,1069,'Published',1,'\"## Friendly Record Crosswalk\\r\\n\\r\\nThe small dataset maps every budget when the public dataset shows every river.\\r\\n\\r\\nThe daily tree shows every garden. The local station collects every report; it\'s \\\"daily\\\" enough.\"');
/*!40000 ALTER TABLE `content_items` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `email_subscribers`
--

DROP TABLE IF EXISTS `email_subscribers`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `email_subscribers` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Email` varchar(255) NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Email` (`Email`)
) ENGINE=MyISAM AUTO_INCREMENT=1005 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `email_subscribers`
--

LOCK TABLES `email_subscribers` WRITE;
/*!40000 ALTER TABLE `email_subscribers` DISABLE KEYS */;
INSERT INTO `email_subscribers` VALUES
(1001,'reader1@example.net','2016-03-28 00:52:42'),
(1002,'reader2@example.net','2016-03-26 08:07:11'),
(1003,'reader3@example.net','2016-03-29 20:47:55'),
(1004,'reader4@example.net','2016-03-19 16:01:36');
/*!40000 ALTER TABLE `email_subscribers` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `events`
--

DROP TABLE IF EXISTS `events`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `events` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\Events\\Event') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `Title` varchar(255) NOT NULL,
  `Handle` varchar(255) NOT NULL,
  `StartTime` timestamp NOT NULL,
  `EndTime` timestamp NULL DEFAULT NULL,
  `Description` text DEFAULT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Handle` (`Handle`)
) ENGINE=MyISAM AUTO_INCREMENT=1003 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `events`
--

LOCK TABLES `events` WRITE;
/*!40000 ALTER TABLE `events` DISABLE KEYS */;
INSERT INTO `events` VALUES
(1001,'Emergence\\Events\\Event','2018-12-19 05:05:50',1030,NULL,NULL,'Friendly Library Tree','event_1','2020-05-17 03:20:47',NULL,'The public library counts every shelter.'),
(1002,'Emergence\\Events\\Event','2018-12-11 19:54:17',1054,'2019-08-31 15:08:42',1026,'Daily Sensor Map','event_2','2020-05-14 03:29:29',NULL,'The honest permit explains every neighbor so the shared address tracks every budget.');
/*!40000 ALTER TABLE `events` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `group_members`
--

DROP TABLE IF EXISTS `group_members`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `group_members` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\People\\Groups\\GroupMember') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `GroupID` int(10) unsigned NOT NULL,
  `PersonID` int(10) unsigned NOT NULL,
  `Role` enum('Member','Administrator','Owner','Founder') NOT NULL DEFAULT 'Member',
  `Expires` timestamp NULL DEFAULT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `GroupPerson` (`GroupID`,`PersonID`)
) ENGINE=MyISAM AUTO_INCREMENT=1005 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `group_members`
--

LOCK TABLES `group_members` WRITE;
/*!40000 ALTER TABLE `group_members` DISABLE KEYS */;
INSERT INTO `group_members` VALUES
(1001,'Emergence\\People\\Groups\\GroupMember','2019-01-08 09:40:19',1043,1001,1001,'Member',NULL),
(1002,'Emergence\\People\\Groups\\GroupMember','2019-01-05 23:29:12',1038,1001,1002,'Member',NULL),
(1003,'Emergence\\People\\Groups\\GroupMember','2018-12-21 07:18:58',1030,1001,1003,'Member',NULL),
(1004,'Emergence\\People\\Groups\\GroupMember','2018-12-17 20:16:54',1045,1001,1004,'Member',NULL);
/*!40000 ALTER TABLE `group_members` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `groups`
--

DROP TABLE IF EXISTS `groups`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `groups` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\People\\Groups\\Group','Emergence\\People\\Groups\\Organization') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Name` varchar(255) NOT NULL,
  `Handle` varchar(255) NOT NULL,
  `Status` enum('Active','Disabled') NOT NULL DEFAULT 'Active',
  `ParentID` int(10) unsigned DEFAULT NULL,
  `Left` int(10) unsigned NOT NULL DEFAULT 0,
  `Right` int(10) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Handle` (`Handle`)
) ENGINE=MyISAM AUTO_INCREMENT=1002 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `groups`
--

LOCK TABLES `groups` WRITE;
/*!40000 ALTER TABLE `groups` DISABLE KEYS */;
INSERT INTO `groups` VALUES
(1001,'Emergence\\People\\Groups\\Group','2019-01-04 10:21:16',1017,'Local Market Street','group_1','Active',NULL,1,2);
/*!40000 ALTER TABLE `groups` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `handles`
--

DROP TABLE IF EXISTS `handles`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `handles` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('GlobalHandle') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Handle` varchar(255) NOT NULL,
  `ContextClass` varchar(255) NOT NULL,
  `ContextID` int(10) unsigned NOT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Handle` (`Handle`)
) ENGINE=MyISAM AUTO_INCREMENT=1003 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `handles`
--

LOCK TABLES `handles` WRITE;
/*!40000 ALTER TABLE `handles` DISABLE KEYS */;
INSERT INTO `handles` VALUES
(1001,'GlobalHandle','2018-12-26 11:46:50',1027,'global_1','Laddr\\Project',1),
(1002,'GlobalHandle','2018-12-21 22:27:30',1075,'global_2','Laddr\\Project',1);
/*!40000 ALTER TABLE `handles` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `history_comments`
--

DROP TABLE IF EXISTS `history_comments`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `history_comments` (
  `RevisionID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `ID` int(10) unsigned NOT NULL,
  `Class` enum('Emergence\\Comments\\Comment') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `ContextClass` varchar(255) NOT NULL,
  `ContextID` int(10) unsigned NOT NULL,
  `Handle` varchar(255) NOT NULL,
  `ReplyToID` int(10) unsigned DEFAULT NULL,
  `Message` text NOT NULL,
  PRIMARY KEY (`RevisionID`),
  KEY `ID` (`ID`)
) ENGINE=MyISAM AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `history_comments`
--

LOCK TABLES `history_comments` WRITE;
/*!40000 ALTER TABLE `history_comments` DISABLE KEYS */;
INSERT INTO `history_comments` VALUES
(1,101,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',101,NULL,NULL,'Laddr\\Project',1,'c0ffee101',NULL,'Well done'),
(2,105,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',NULL,NULL,NULL,'Laddr\\Project',1,'c0ffee105',104,'Well done'),
(3,109,'Emergence\\Comments\\Comment','2019-01-02 03:04:05',NULL,NULL,NULL,'Emergence\\Comments\\Comment',104,'c0ffee109',NULL,'Well done'),
(4,1004,'Emergence\\Comments\\Comment','2014-10-20 05:26:17',1047,NULL,NULL,'Laddr\\Project',1011,'5395eb000004',1001,'The open meeting maps every bus.'),
(5,1008,'Emergence\\Comments\\Comment','2018-07-16 13:02:31',1013,'2019-03-25 21:50:43',1072,'Laddr\\Project',1008,'bf8e25000008',NULL,'The shared address translates every dataset.'),
(6,1012,'Emergence\\Comments\\Comment','2022-03-06 00:43:44',1046,'2022-11-16 00:36:37',1057,'Laddr\\Project',1016,'e1339100000c',1008,'The honest sensor translates every meeting.');
/*!40000 ALTER TABLE `history_comments` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `history_content`
--

DROP TABLE IF EXISTS `history_content`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `history_content` (
  `RevisionID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `ID` int(10) unsigned NOT NULL,
  `Class` enum('Emergence\\CMS\\Page','Emergence\\CMS\\BlogPost') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `ContextClass` varchar(255) DEFAULT NULL,
  `ContextID` int(10) unsigned DEFAULT NULL,
  `Title` varchar(255) NOT NULL,
  `Handle` varchar(255) NOT NULL,
  `AuthorID` int(10) unsigned NOT NULL,
  `Status` enum('Draft','Published','Hidden','Deleted') NOT NULL DEFAULT 'Published',
  `Published` timestamp NULL DEFAULT NULL,
  `Visibility` enum('Public','Private') NOT NULL DEFAULT 'Public',
  `Summary` text DEFAULT NULL,
  `LayoutClass` enum('OneColumn') DEFAULT 'OneColumn',
  `LayoutConfig` text DEFAULT NULL,
  PRIMARY KEY (`RevisionID`),
  KEY `ID` (`ID`)
) ENGINE=MyISAM AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `history_content`
--

LOCK TABLES `history_content` WRITE;
/*!40000 ALTER TABLE `history_content` DISABLE KEYS */;
INSERT INTO `history_content` VALUES
(1,100,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','Harvest Notes',2,'Draft','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(2,104,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_104',2,'Deleted','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(3,108,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_108',2,'Published','2026-01-15 12:00:00','Public',NULL,'OneColumn',NULL),
(4,112,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'A post','post_112',2,'','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(5,116,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,'Laddr\\Project',2000000000,'A post','post_116',2,'Published','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(6,1004,'Emergence\\CMS\\BlogPost','2018-01-01 02:19:16',1035,NULL,NULL,NULL,NULL,'Simple Bus Council','simple_bus_council_4',1076,'Published','2017-12-29 19:55:59','Public','The honest river draws every station.','OneColumn',NULL),
(7,101,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'Not meant for anybody yet','harvest_notes',2,'Draft','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL),
(8,105,'Emergence\\CMS\\BlogPost','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,'Taken back later','post_105',2,'Published','2019-03-04 05:06:07','Public',NULL,'OneColumn',NULL);
/*!40000 ALTER TABLE `history_content` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `history_content_items`
--

DROP TABLE IF EXISTS `history_content_items`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `history_content_items` (
  `RevisionID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `ID` int(10) unsigned NOT NULL,
  `Class` enum('Emergence\\CMS\\Item\\Album','Emergence\\CMS\\Item\\Embed','Emergence\\CMS\\Item\\Media','Emergence\\CMS\\Item\\RichText','Emergence\\CMS\\Item\\Text','Emergence\\CMS\\Item\\Markdown') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `Title` varchar(255) DEFAULT NULL,
  `ContentID` int(10) unsigned NOT NULL,
  `AuthorID` int(10) unsigned NOT NULL,
  `Status` enum('Draft','Published','Hidden','Deleted') NOT NULL DEFAULT 'Published',
  `Order` int(10) unsigned DEFAULT NULL,
  `Data` text NOT NULL,
  PRIMARY KEY (`RevisionID`),
  KEY `ID` (`ID`)
) ENGINE=MyISAM AUTO_INCREMENT=10 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `history_content_items`
--

LOCK TABLES `history_content_items` WRITE;
/*!40000 ALTER TABLE `history_content_items` DISABLE KEYS */;
INSERT INTO `history_content_items` VALUES
(1,101,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Published',9,'Bare text of an older version; \"quoted\" too'),
(2,105,'Emergence\\CMS\\Item\\Embed','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Published',4,'\"<iframe src=\\\"https://video.example.com/1\\\"></iframe>\"'),
(3,109,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,102,2,'Published',1,'\"Some words\"'),
(4,113,'Emergence\\CMS\\Item\\Media','2019-01-02 03:04:05',NULL,NULL,NULL,NULL,101,2,'Published',6,'{\"MediaID\":2000000000}'),
(5,1001,'Emergence\\CMS\\Item\\Markdown','2012-01-12 23:42:04',1053,NULL,NULL,NULL,1001,1045,'Published',1,'\"## Open Station School\\r\\n\\r\\nThe small sensor translates every station until the daily market tracks every park.\\r\\n\\r\\nThe quiet bridge explains every address. The quick market sorts every street; it\'s \\\"public\\\" enough. The shared council explains every crosswalk.\"'),
(6,1005,'Emergence\\CMS\\Item\\Markdown','2013-12-30 09:38:49',1059,'2014-09-05 12:31:09',1021,NULL,1002,1041,'Published',2,'\"## Local River River\\r\\n\\r\\nThe quiet park maps every river. The honest bus lists every bus. The small permit counts every report.\\r\\n\\r\\nThe small bridge explains every record.\\r\\n\\r\\n[library](https://signal.example.org/112)\"'),
(7,1009,'Emergence\\CMS\\Item\\Markdown','2017-12-22 02:24:07',1058,'2018-08-24 12:27:57',1070,NULL,1004,1024,'Published',1,'\"## Quiet Sensor Budget\\r\\n\\r\\nThe honest shelter compares every map.\\r\\n\\r\\nThe simple council shows every budget while the small library sorts every sensor. The quiet map translates every sensor so the simple garden explains every neighbor. The simple council draws every park.\\r\\n\\r\\n- The public council maps every meeting.\\r\\n- The local address sorts every garden.\"'),
(8,1013,'Emergence\\CMS\\Item\\RichText','2021-12-23 15:41:39',1046,NULL,NULL,NULL,1006,1011,'Deleted',1,'\"<p>The local report maps every meeting; it\'s \\\"friendly\\\" enough.</p>\"'),
(9,102,'Emergence\\CMS\\Item\\Markdown','2019-01-02 03:04:05',NULL,'2019-03-05 00:00:00',3,NULL,101,2,'Published',1,'\"# Harvset\"');
/*!40000 ALTER TABLE `history_content_items` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `history_people`
--

DROP TABLE IF EXISTS `history_people`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `history_people` (
  `RevisionID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `ID` int(10) unsigned NOT NULL,
  `Class` enum('Person','User') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `FirstName` varchar(255) NOT NULL,
  `LastName` varchar(255) NOT NULL,
  `MiddleName` varchar(255) DEFAULT NULL,
  `PreferredName` varchar(255) DEFAULT NULL,
  `Gender` enum('Male','Female') DEFAULT NULL,
  `BirthDate` date DEFAULT NULL,
  `Email` varchar(255) DEFAULT NULL,
  `Phone` decimal(15,0) unsigned DEFAULT NULL,
  `Location` varchar(255) DEFAULT NULL,
  `About` text DEFAULT NULL,
  `PrimaryPhotoID` int(10) unsigned DEFAULT NULL,
  `Username` varchar(255) DEFAULT NULL,
  `Password` varchar(255) DEFAULT NULL,
  `AccountLevel` enum('Disabled','Contact','User','Staff','Administrator','Developer') DEFAULT 'User',
  `Newsletter` tinyint(1) DEFAULT 1,
  PRIMARY KEY (`RevisionID`),
  KEY `ID` (`ID`)
) ENGINE=MyISAM AUTO_INCREMENT=41 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `history_people`
--

LOCK TABLES `history_people` WRITE;
/*!40000 ALTER TABLE `history_people` DISABLE KEYS */;
INSERT INTO `history_people` VALUES
(1,1,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'System','User',NULL,NULL,NULL,NULL,'system@example.org',NULL,NULL,NULL,NULL,'system','317f1e761f2faa8da781a4762b9dcc2c5cad209a','Developer',0),
(2,101,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward101@example.org',NULL,NULL,NULL,NULL,'TamsinOkvar',NULL,'User',0),
(3,105,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward105@example.org',NULL,NULL,NULL,NULL,'tamsin-okvar',NULL,'User',0),
(4,109,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward109@example.org',NULL,NULL,NULL,NULL,'straßer',NULL,'User',0),
(5,113,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward113@example.org',NULL,NULL,NULL,NULL,'con',NULL,'User',0),
(6,117,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward117@example.org',NULL,NULL,NULL,NULL,'longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-',NULL,'User',0),
(7,121,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward121@example.org',NULL,NULL,NULL,NULL,'.hidden',NULL,'User',0),
(8,126,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward126@example.org',NULL,NULL,NULL,NULL,'たろう',NULL,'User',0),
(9,205,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided205',NULL,'User',NULL),
(10,209,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,'1990-00-00',NULL,NULL,NULL,NULL,NULL,'confided209',NULL,'User',0),
(11,213,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,'12 O\'Hara\\Lane\r\nSpringfield',NULL,NULL,'confided213',NULL,'User',0),
(12,217,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided217','$2y$10$LqEJqz8zL1kS9n0V6CFK8.3yPXoxV7pYfNkl3TgXbAeE0vyDYJdXi','User',0),
(13,221,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided221','{MD5}8f14e45fceea167a5a36dedd4bea2543','User',0),
(14,303,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'nul \0 sub \Z backspace  tab 	 escape  delete  end',NULL,'about303',NULL,'User',0),
(15,308,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'ebrin.talvo@example.org',NULL,NULL,'Write to me: ebrin.talvo@example.org or via the site.',NULL,'plain308',NULL,'User',0),
(16,312,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'  leading and trailing  ',NULL,'about312',NULL,'User',0),
(17,324,'User','0000-00-00 00:00:00',NULL,'0000-00-00 00:00:00',NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'plain324',NULL,'User',0),
(18,328,'User','2019-01-02 03:04:05',1,'2020-02-29 23:59:59',101,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'plain328',NULL,'User',0),
(19,1001,'User','2012-01-15 06:21:03',NULL,NULL,NULL,'Amarin','Thornbury',NULL,NULL,NULL,NULL,'amarin.thornbury.1@example.net',NULL,'Lowermill','The shared address collects every market. The public market tracks every map.',NULL,'amarin.thornbury1','0bb0a53c992e0f7aa66915c308b9c68e406c7dd5','User',1),
(20,1005,'User','2012-09-22 09:31:42',NULL,NULL,NULL,'Jorvin','Fairholt',NULL,NULL,NULL,'2004-07-22','jorvin.fairholt.5@example.org',NULL,NULL,NULL,NULL,'jorvinf5','015ac2f3e105a9557dbe86d3277727b062020f23','User',1),
(21,1009,'User','2013-07-03 05:30:14',NULL,NULL,NULL,'Quilla','Ravensholm',NULL,NULL,'Male',NULL,'quilla.ravensholm.9@example.org',2155558759,'Northside',NULL,NULL,'QuillaRavensholm9','88db007f013211f702426342a4d94b3bcecec6af','User',1),
(22,1013,'User','2014-02-20 03:10:39',NULL,NULL,NULL,'Faelin','Oakhollow',NULL,NULL,NULL,NULL,'faelin.oakhollow.13@example.net',NULL,'Oldtown',NULL,NULL,'Faelin_Oakhollow13','656acb6f480e12789236a7e2190011a8eee6f89b','User',NULL),
(23,1017,'Person','2014-11-06 05:30:58',NULL,NULL,NULL,'Ivaro','Kestrelle',NULL,NULL,NULL,NULL,'ivaro.kestrelle.17@example.org',2155552911,NULL,NULL,NULL,NULL,NULL,'Contact',1),
(24,1021,'User','2015-07-26 02:59:49',NULL,NULL,NULL,'Delmar','Westerlund',NULL,NULL,NULL,'1983-05-22','delmar.westerlund.21@example.org',NULL,'Riverbend',NULL,NULL,'Delmar_Westerlund21','8de256263811372fb701feebd967f4944523d2de','User',1),
(25,1025,'User','2016-05-08 14:41:11',NULL,NULL,NULL,'Perrin','Pinecroft',NULL,NULL,NULL,NULL,'perrin.pinecroft.25@example.net',NULL,NULL,'The simple survey lists every survey.',NULL,'perrin-25','70878cafc6b55cb5c2be4664895392ec803191e2','User',0),
(26,1029,'User','2016-12-29 07:06:07',NULL,NULL,NULL,'Amarin','Greymarsh',NULL,NULL,NULL,NULL,'amarin.greymarsh.29@example.net',NULL,'Eastfield','The quick library explains every garden.',NULL,'Amarin_Greymarsh29','3c391118142928b068d86d82d355013c43e582c2','User',1),
(27,1033,'User','2017-09-24 14:07:52',NULL,NULL,NULL,'Elowen','Zephyrson',NULL,NULL,NULL,NULL,'elowen.zephyrson.33@example.com',NULL,NULL,'The open station counts every shelter. The small river compares every survey because the open tree draws every park. The simple permit collects every market because the local market counts every dataset.',NULL,'elowen-33','5df4a9f8d75d7605991a354eff7d825cfb300521','User',1),
(28,1037,'User','2018-06-14 22:01:25',NULL,NULL,NULL,'Zelda','Oakhollow',NULL,NULL,NULL,NULL,'zelda.oakhollow.37@example.net',NULL,NULL,'<a href=\"http://public-river.example.com/?ref=8692\">Best simple dataset online</a> The open budget draws every report; it\'s \"daily\" enough.',NULL,'zelda-37','8558353596869f9170f3976b9e82273d27f6bb5b','User',1),
(29,1041,'User','2019-02-22 03:56:56',NULL,NULL,NULL,'Delmar','Ashbrook',NULL,NULL,NULL,NULL,'delmar.ashbrook.41@example.net',2155557712,NULL,NULL,NULL,'delmar.ashbrook41','9de7c2c64102b625a1e7f9a85a61c65b8a6570fb','User',1),
(30,1045,'User','2019-11-13 13:49:47',NULL,NULL,NULL,'Vesper','Stonefield',NULL,NULL,NULL,NULL,'vesper.stonefield.45@example.net',NULL,'Oldtown',NULL,NULL,'vespers45','4f79424740e8753706c1f33156615fab0fffd083','User',1),
(31,1049,'User','2020-07-30 20:45:11',NULL,NULL,NULL,'Ostel','Netherby',NULL,NULL,NULL,'1993-08-12','ostel.netherby.49@example.com',NULL,'Hillcrest','The honest crosswalk counts every vote; it\'s \"quick\" enough. The friendly dataset lists every river while the quick budget checks every station. The simple tree checks every crosswalk while the simple street translates every market.',NULL,'ostel.netherby49','ff557ae461066711693d94d205f40fd413bf8591','User',NULL),
(32,1053,'User','2021-04-07 06:28:22',NULL,NULL,NULL,'Calvi','Zephyrson',NULL,NULL,NULL,NULL,'calvi.zephyrson.53@example.org',NULL,NULL,'<a href=\"http://shared-crosswalk.example.com/?ref=8098\">Best quick school online</a> The friendly shelter tracks every record.',NULL,'calviz53','70c65ffd8f18aedcbc888b997c5521ed747ec755','Disabled',0),
(33,1057,'Person','2022-01-17 23:30:50',NULL,NULL,NULL,'Jorvin','Hollowell',NULL,NULL,NULL,NULL,'jorvin.hollowell.57@example.com',NULL,'Eastfield','The quick permit sorts every bus. The simple sensor lists every shelter.',NULL,NULL,NULL,'Contact',0),
(34,1061,'User','2022-09-23 05:25:30',NULL,NULL,NULL,'Yorick','Ashbrook',NULL,NULL,NULL,NULL,'yorick.ashbrook.61@example.org',2155557508,NULL,NULL,NULL,'yorick.ashbrook61','b15f5aae39c0ab0a777fa63da2e31578c063f0f6','User',NULL),
(35,1065,'User','2023-06-20 10:18:53',NULL,NULL,NULL,'Delmar','Westerlund',NULL,NULL,NULL,NULL,'delmar.westerlund.65@example.net',NULL,NULL,'<a href=\"http://shared-address.example.com/?ref=6816\">Best simple river online</a> The public sensor lists every budget.',NULL,'delmar.westerlund65','6b158600710c6edee2f918a700a3be6191aeba48','User',0),
(36,1069,'User','2024-02-08 17:41:36',NULL,NULL,NULL,'Wrenna','Ravensholm',NULL,NULL,NULL,NULL,'wrenna.ravensholm.69@example.org',NULL,'Northside','<a href=\"http://public-crosswalk.example.com/?ref=748\">Best daily crosswalk online</a> The bright address lists every garden.',NULL,'WrennaRavensholm69','af5291233e08a36a79024105117cd3ceea601c3b','User',1),
(37,1073,'User','2024-11-04 05:04:35',NULL,NULL,NULL,'Norwin','Ashbrook',NULL,NULL,NULL,NULL,'norwin.ashbrook.73@example.net',NULL,NULL,'The local station compares every shelter. The honest record translates every park because the shared map explains every school. The shared dataset compares every street; it\'s \"honest\" enough.',NULL,'Norwin_Ashbrook73','75fcd98d41b9aee6411f588f11ae00bda138247d','User',0),
(38,1077,'User','2025-07-29 08:27:39',NULL,NULL,NULL,'Selwin','Birchwell',NULL,NULL,NULL,NULL,'selwin.birchwell.77@example.net',NULL,'Oldtown',NULL,NULL,'selwin.birchwell77','ef1bc481636b589c4cba22b04156a6b5a2b79d87','User',1),
(39,222,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'What I once said of myself',NULL,'confided222','7c4a8d09ca3762af61e59520943dc26494f8941b','User',0),
(40,207,'User','2019-01-02 03:04:05',NULL,'2019-02-07 00:00:00',207,'Formerly','Talvo',NULL,NULL,NULL,NULL,'confided207@example.org',NULL,NULL,'New here',NULL,'another_name',NULL,'User',1);
/*!40000 ALTER TABLE `history_people` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `history_project_updates`
--

DROP TABLE IF EXISTS `history_project_updates`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `history_project_updates` (
  `RevisionID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `ID` int(10) unsigned NOT NULL,
  `Class` enum('Laddr\\ProjectUpdate') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `ProjectID` int(10) unsigned NOT NULL,
  `Number` int(10) unsigned NOT NULL,
  `Body` text NOT NULL,
  PRIMARY KEY (`RevisionID`),
  KEY `ID` (`ID`)
) ENGINE=MyISAM AUTO_INCREMENT=10 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `history_project_updates`
--

LOCK TABLES `history_project_updates` WRITE;
/*!40000 ALTER TABLE `history_project_updates` DISABLE KEYS */;
INSERT INTO `history_project_updates` VALUES
(1,1,'Laddr\\ProjectUpdate','2019-01-02 03:04:05',2,NULL,NULL,1,1,'Today we set up sample data to add to the project repository'),
(2,104,'Laddr\\ProjectUpdate','2019-01-02 03:04:05',NULL,NULL,NULL,110,8,''),
(3,1003,'Laddr\\ProjectUpdate','2012-01-20 12:56:30',1018,'2012-09-11 12:51:07',1019,1001,3,'## Local Bridge Market\r\n\r\nThe small station lists every address so the honest record lists every clinic. The public market maps every street because the local crosswalk lists every map. The quick budget shows every survey when the quick record draws every shelter.\r\n\r\n[vote](https://budget.example.org/12)'),
(4,1007,'Laddr\\ProjectUpdate','2015-08-30 20:11:05',1061,'2016-05-16 14:17:03',1036,1006,1,'## Shared Bridge Address\r\n\r\nThe quiet shelter sorts every map.\r\n\r\nThe open street sorts every school. The local market draws every signal; it\'s \"shared\" enough. The quiet tree sorts every sensor until the quick crosswalk sorts every signal.'),
(5,1011,'Laddr\\ProjectUpdate','2015-08-29 07:16:53',1076,'2016-06-02 08:03:43',1061,1006,5,'## Quiet Meeting Library\r\n\r\nThe quick street counts every market while the local river collects every school.\r\n\r\nThe quiet shelter collects every budget so the bright river translates every tree. The open meeting lists every survey.\r\n\r\n- The friendly address explains every station; it\'s \"bright\" enough.\r\n- The simple permit translates every river; it\'s \"honest\" enough.\r\n\r\n[report](https://bus.example.org/984)'),
(6,1015,'Laddr\\ProjectUpdate','2017-11-29 01:29:18',1052,NULL,NULL,1009,2,'## Honest Garden Signal\r\n\r\nThe bright dataset translates every council; it\'s \"quick\" enough. The small library draws every dataset. The quick school explains every map.\r\n\r\nThe daily garden compares every address.\r\n\r\n- The quick garden sorts every river.\r\n- The honest tree checks every garden.'),
(7,1019,'Laddr\\ProjectUpdate','2022-04-12 18:02:14',1015,NULL,NULL,1015,2,'## Small Dataset Clinic\r\n\r\nThe simple bridge shows every street. The open street maps every council until the friendly vote explains every dataset.'),
(8,1023,'Laddr\\ProjectUpdate','2024-06-30 23:30:26',1037,NULL,NULL,1018,2,'## Public Record School\r\n\r\nThe local council draws every shelter.\r\n\r\n- The daily crosswalk collects every clinic.\r\n- The simple record tracks every dataset so the shared station checks every council.'),
(9,101,'Laddr\\ProjectUpdate','2019-01-02 03:04:05',NULL,'2019-02-06 00:00:00',NULL,2000000000,7,'We met and wrote code.');
/*!40000 ALTER TABLE `history_project_updates` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `history_projects`
--

DROP TABLE IF EXISTS `history_projects`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `history_projects` (
  `RevisionID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `ID` int(10) unsigned NOT NULL,
  `Class` enum('Laddr\\Project') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `Title` varchar(255) NOT NULL,
  `Handle` varchar(255) NOT NULL,
  `MaintainerID` int(10) unsigned DEFAULT NULL,
  `UsersUrl` varchar(255) DEFAULT NULL,
  `DevelopersUrl` varchar(255) DEFAULT NULL,
  `README` text DEFAULT NULL,
  `NextUpdate` int(10) unsigned NOT NULL DEFAULT 1,
  `Stage` enum('Commenting','Bootstrapping','Prototyping','Testing','Maintaining','Drifting','Hibernating') NOT NULL DEFAULT 'Commenting',
  `ChatChannel` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`RevisionID`),
  KEY `ID` (`ID`)
) ENGINE=MyISAM AUTO_INCREMENT=20 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `history_projects`
--

LOCK TABLES `history_projects` WRITE;
/*!40000 ALTER TABLE `history_projects` DISABLE KEYS */;
INSERT INTO `history_projects` VALUES
(1,1,'Laddr\\Project','2022-10-05 00:41:02',2,'2022-10-05 00:41:20',2,'Laddr','laddr',2,'http://codeforphilly.github.io/laddr/','https://github.com/CodeForPhilly/laddr',NULL,2,'Maintaining','laddr'),
(2,104,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project_104',2,'http://maps.example.org','code.example.org/maps',NULL,1,'Testing',NULL),
(3,108,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','311',2,NULL,NULL,NULL,1,'Testing',NULL),
(4,112,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project-111',2,NULL,NULL,NULL,1,'Testing',NULL),
(5,116,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project_116',2,NULL,NULL,'it\'s \"quoted\"; -- not a comment\r\n/* nor this */ \\\' \\n \\\\ DROP TABLE `people`;\n\');',1,'Testing',NULL),
(6,1003,'Laddr\\Project','2013-06-17 20:57:23',1053,NULL,NULL,'Small Clinic Neighbor','small_clinic_neighbor_3',1011,'https://small-clinic-neighbor.example.org/',NULL,'## Quiet Station Street\r\n\r\nThe bright bridge checks every report; it\'s \"small\" enough. The simple address maps every market and the local library checks every market.',3,'Testing','small-clinic-neighbo'),
(7,1007,'Laddr\\Project','2016-06-18 21:54:58',1006,NULL,NULL,'Bright Neighbor Crosswalk','bright_neighbor_crosswalk_7',1028,NULL,'https://code.example.com/bright-neighbor-crosswalk-7','## Quiet Vote Signal\r\n\r\nThe bright neighbor tracks every record. The simple crosswalk tracks every crosswalk and the bright market sorts every sensor.\r\n\r\nThe open dataset checks every bus. The public dataset explains every sensor while the public shelter counts every vote. The open garden explains every vote.\r\n\r\nThe quick school counts every neighbor; it\'s \"friendly\" enough. The quiet station explains every tree. The open meeting tracks every garden.\r\n\r\n- The local meeting lists every shelter.\r\n- The simple clinic translates every shelter.',1,'Hibernating',NULL),
(8,1011,'Laddr\\Project','2019-05-17 07:14:46',1071,'2020-01-27 05:09:49',1009,'Quiet Address Station','Quiet_address_station_11',1047,'http://quiet-address-station.example.org/','https://code.example.com/quiet-address-station-11','## Public Vote Station\r\n\r\nThe bright bus lists every map. The public street collects every meeting until the simple budget maps every permit.\r\n\r\nThe daily sensor tracks every bridge. The daily neighbor counts every vote. The small shelter collects every signal so the local shelter compares every crosswalk.\r\n\r\n- The simple neighbor lists every station when the simple record draws every address.\r\n- The quick tree draws every street.',1,'Commenting','quiet-address-statio'),
(9,1015,'Laddr\\Project','2022-03-27 08:24:20',1015,'2022-12-07 15:58:05',1062,'Local Budget Budget','local-budget-budget_15',1018,NULL,NULL,'## Quiet Sensor Park\r\n\r\nThe open survey collects every budget.\r\n\r\nThe shared river shows every bridge. The quiet bridge lists every signal. The bright budget sorts every dataset.\r\n\r\n- The quick station draws every library while the local clinic compares every sensor.\r\n- The open sensor lists every neighbor.',3,'Hibernating',NULL),
(10,1019,'Laddr\\Project','2025-03-17 17:33:14',1071,'2025-12-01 17:05:55',1058,'Public Sensor Survey','public_sensor_survey_19',NULL,'http://public-sensor-survey.example.org/','https://code.example.com/public-sensor-survey-19','## Friendly Park Tree\r\n\r\nThe public record lists every address. The simple dataset maps every sensor when the shared council counts every crosswalk. The small neighbor explains every budget so the friendly bridge tracks every record.\r\n\r\nThe friendly shelter explains every report.\r\n\r\nThe bright neighbor counts every market; it\'s \"bright\" enough.',4,'Prototyping',NULL),
(11,1,'Laddr\\Project','2022-10-05 00:41:02',2,NULL,NULL,'Laddr site','laddr_site',2,'http://codeforphilly.github.io/laddr/','https://github.com/CodeForPhilly/laddr',NULL,1,'Maintaining','laddr'),
(12,1,'Laddr\\Project','2022-10-05 00:41:02',2,'2022-10-05 00:41:20',2,'Laddr','laddr',2,'http://codeforphilly.github.io/laddr/','https://github.com/CodeForPhilly/laddr',NULL,2,'Maintaining','laddr'),
(13,190,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'Taken down for a reason','deleted_project',2,NULL,NULL,NULL,1,'Testing',NULL),
(14,109,'Laddr\\Project','2019-01-02 03:04:05',NULL,'2019-02-02 02:02:02',2,'First of a second','food-map',2,NULL,NULL,NULL,1,'Testing',NULL),
(15,109,'Laddr\\Project','2019-01-02 03:04:05',NULL,'2019-02-02 02:02:02',3,'Second of a second','food-map',2,NULL,NULL,NULL,1,'Testing',NULL),
(16,110,'Laddr\\Project','2019-01-02 03:04:05',NULL,'2019-02-03 00:00:00',2000000000,'Changed by nobody','Food Map',2,NULL,NULL,NULL,1,'Testing',NULL),
(17,114,'Laddr\\Project','2019-01-02 03:04:05',NULL,'2019-02-04 00:00:00',222,'A project','project_114',2,NULL,NULL,NULL,1,'Testing','#food'),
(18,108,'Laddr\\Project','0000-00-00 00:00:00',4,NULL,NULL,'Of no date','311',2,NULL,NULL,NULL,1,'Testing',NULL),
(19,113,'Laddr\\Project','2019-01-02 03:04:05',NULL,'2019-02-05 00:00:00',NULL,'','project_113',2,NULL,NULL,'Write to confided207@example.org',1,'Testing',NULL);
/*!40000 ALTER TABLE `history_projects` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `media`
--

DROP TABLE IF EXISTS `media`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `media` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Media','PhotoMedia','AudioMedia','VideoMedia','PDFMedia') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `ContextClass` varchar(255) NOT NULL,
  `ContextID` int(10) unsigned NOT NULL,
  `MIMEType` varchar(255) NOT NULL,
  `Width` int(10) unsigned DEFAULT NULL,
  `Height` int(10) unsigned DEFAULT NULL,
  `Duration` int(10) unsigned DEFAULT NULL,
  `Caption` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`ID`),
  KEY `CONTEXT` (`ContextClass`,`ContextID`)
) ENGINE=MyISAM AUTO_INCREMENT=1019 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `media`
--

LOCK TABLES `media` WRITE;
/*!40000 ALTER TABLE `media` DISABLE KEYS */;
INSERT INTO `media` VALUES
(101,'PhotoMedia','2019-01-02 03:04:05',NULL,'Laddr\\Project',1,'image/jpeg',800,600,NULL,'The \"team\"'),
(102,'PhotoMedia','2019-01-02 03:04:05',NULL,'Emergence\\People\\Person',101,'image/jpeg',800,600,NULL,NULL),
(103,'PhotoMedia','2019-01-02 03:04:05',NULL,'Person',2000000000,'image/jpeg',800,600,NULL,NULL),
(104,'PhotoMedia','2019-01-02 03:04:05',NULL,'Emergence\\CMS\\AbstractContent',105,'image/jpeg',800,600,NULL,NULL),
(105,'PhotoMedia','2019-01-02 03:04:05',NULL,'Vendor\\Widget',1,'image/jpeg',800,600,NULL,NULL),
(106,'PhotoMedia','2019-01-02 03:04:05',NULL,'Emergence\\Events\\Event',1,'image/jpeg',800,600,NULL,NULL),
(107,'PhotoMedia','2019-01-02 03:04:05',NULL,'Emergence\\CMS\\AbstractContent',101,'image/jpeg',800,600,NULL,NULL),
(108,'PhotoMedia','2019-01-02 03:04:05',NULL,'',0,'image/jpeg',800,600,NULL,NULL),
(109,'AudioMedia','2019-01-02 03:04:05',NULL,'Laddr\\Project',1,'audio/mpeg',NULL,NULL,61,NULL),
(110,'PhotoMedia','2019-01-02 03:04:05',NULL,'Media',109,'image/jpeg',800,600,NULL,NULL),
(111,'PhotoMedia','2019-01-02 03:04:05',NULL,'Media',104,'image/jpeg',800,600,NULL,NULL),
(1001,'PhotoMedia','2012-01-11 01:31:55',1054,'Emergence\\People\\Person',1040,'image/gif',1902,974,NULL,NULL),
(1002,'PhotoMedia','2012-10-30 14:08:57',1046,'Laddr\\Project',1008,'image/gif',1488,1922,NULL,NULL),
(1003,'PhotoMedia','2013-07-24 13:39:08',1066,'Laddr\\Project',1002,'image/png',1092,1116,NULL,NULL),
(1004,'PhotoMedia','2014-04-26 20:36:51',1066,'Laddr\\Project',1019,'image/gif',674,1174,NULL,NULL),
(1005,'PhotoMedia','2015-03-01 02:29:56',1018,'Emergence\\People\\Person',1045,'image/png',834,213,NULL,NULL),
(1006,'PhotoMedia','2015-11-23 12:29:09',1001,'Laddr\\Project',1007,'image/png',1196,301,NULL,NULL),
(1007,'PhotoMedia','2016-09-01 03:24:26',1026,'Emergence\\People\\Person',1022,'image/png',1810,880,NULL,'The local council maps every report; it\'s \"local\" enough.'),
(1008,'PhotoMedia','2017-06-16 02:43:51',1019,'Emergence\\People\\Person',1010,'image/gif',352,1995,NULL,NULL),
(1009,'PhotoMedia','2018-03-21 13:42:04',1010,'Emergence\\People\\Person',1003,'image/jpeg',350,1453,NULL,NULL),
(1010,'PhotoMedia','2018-12-15 00:31:25',1005,'Laddr\\Project',1019,'image/gif',605,1701,NULL,'The local park shows every river.'),
(1011,'PhotoMedia','2019-09-18 12:38:11',1070,'Laddr\\Project',1003,'image/jpeg',1954,976,NULL,'The open vote explains every tree while the bright school counts every shelter.'),
(1012,'PhotoMedia','2020-07-06 03:24:41',1054,'Emergence\\People\\Person',1058,'image/gif',1132,311,NULL,NULL),
(1013,'PhotoMedia','2021-04-19 03:58:11',1053,'Emergence\\People\\Person',1016,'image/jpeg',1521,424,NULL,NULL),
(1014,'PhotoMedia','2022-01-23 16:16:48',1031,'Laddr\\Project',1005,'image/gif',1693,119,NULL,NULL),
(1015,'PhotoMedia','2022-11-08 14:17:42',1041,'Emergence\\People\\Person',1063,'image/gif',1016,191,NULL,NULL),
(1016,'PhotoMedia','2023-07-29 17:15:49',1068,'Laddr\\Project',1017,'image/jpeg',1192,744,NULL,NULL),
(1017,'PhotoMedia','2024-05-05 16:29:10',1068,'Laddr\\Project',1006,'image/gif',1077,1581,NULL,NULL),
(1018,'PhotoMedia','2025-02-12 19:17:28',1067,'Emergence\\People\\Person',1072,'image/jpeg',1373,445,NULL,NULL);
/*!40000 ALTER TABLE `media` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `member_checkins`
--

DROP TABLE IF EXISTS `member_checkins`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `member_checkins` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Laddr\\MemberCheckin') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `MemberID` int(10) unsigned NOT NULL,
  `MeetupID` varchar(255) DEFAULT NULL,
  `ProjectID` int(10) unsigned DEFAULT NULL,
  PRIMARY KEY (`ID`),
  KEY `MemberID` (`MemberID`)
) ENGINE=MyISAM AUTO_INCREMENT=1032 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `member_checkins`
--

LOCK TABLES `member_checkins` WRITE;
/*!40000 ALTER TABLE `member_checkins` DISABLE KEYS */;
INSERT INTO `member_checkins` VALUES
(1001,'Laddr\\MemberCheckin','2019-01-06 01:38:51',1018,1055,NULL,NULL),
(1002,'Laddr\\MemberCheckin','2019-01-01 19:05:16',1049,1012,'922247',NULL),
(1003,'Laddr\\MemberCheckin','2019-01-01 15:54:28',1015,1051,NULL,NULL),
(1004,'Laddr\\MemberCheckin','2019-01-07 20:27:10',1059,1042,'88784',NULL),
(1005,'Laddr\\MemberCheckin','2018-12-19 10:17:15',1015,1062,NULL,NULL),
(1006,'Laddr\\MemberCheckin','2018-12-23 18:24:59',1067,1031,'902972',NULL),
(1007,'Laddr\\MemberCheckin','2019-01-06 04:49:34',1038,1004,'631573',NULL),
(1008,'Laddr\\MemberCheckin','2018-12-23 16:32:07',1024,1053,'437370',NULL),
(1009,'Laddr\\MemberCheckin','2018-12-16 04:16:05',1045,1021,NULL,NULL),
(1010,'Laddr\\MemberCheckin','2018-12-29 04:42:02',1068,1042,'676722',NULL),
(1011,'Laddr\\MemberCheckin','2018-12-25 03:27:30',1023,1001,NULL,NULL),
(1012,'Laddr\\MemberCheckin','2018-12-30 21:48:26',1039,1002,NULL,NULL),
(1013,'Laddr\\MemberCheckin','2018-12-31 02:09:55',1071,1041,'475839',NULL),
(1014,'Laddr\\MemberCheckin','2018-12-10 18:25:04',1060,1040,'420507',NULL),
(1015,'Laddr\\MemberCheckin','2018-12-15 05:14:39',1066,1034,'986782',NULL),
(1016,'Laddr\\MemberCheckin','2019-01-05 15:16:55',1046,1070,NULL,NULL),
(1017,'Laddr\\MemberCheckin','2018-12-20 17:52:16',1053,1037,'426752',NULL),
(1018,'Laddr\\MemberCheckin','2018-12-27 09:56:21',1048,1049,NULL,NULL),
(1019,'Laddr\\MemberCheckin','2019-01-05 23:01:07',1046,1044,'739363',NULL),
(1020,'Laddr\\MemberCheckin','2018-12-19 16:44:48',1043,1058,'659797',NULL),
(1021,'Laddr\\MemberCheckin','2018-12-10 17:08:39',1006,1004,NULL,NULL),
(1022,'Laddr\\MemberCheckin','2019-01-08 11:09:55',1051,1038,'763620',NULL),
(1023,'Laddr\\MemberCheckin','2018-12-25 10:23:23',1032,1035,NULL,NULL),
(1024,'Laddr\\MemberCheckin','2018-12-31 05:57:43',1070,1045,'778214',NULL),
(1025,'Laddr\\MemberCheckin','2018-12-18 17:59:16',1025,1020,NULL,NULL),
(1026,'Laddr\\MemberCheckin','2018-12-22 03:58:20',1025,1065,NULL,NULL),
(1027,'Laddr\\MemberCheckin','2018-12-23 13:30:32',1041,1070,'425433',NULL),
(1028,'Laddr\\MemberCheckin','2018-12-26 01:55:07',1014,1060,NULL,NULL),
(1029,'Laddr\\MemberCheckin','2018-12-11 20:38:10',1028,1032,NULL,NULL),
(1030,'Laddr\\MemberCheckin','2019-01-05 14:50:21',1059,1054,NULL,NULL),
(1031,'Laddr\\MemberCheckin','2019-01-05 09:53:28',1075,1003,'120236',NULL);
/*!40000 ALTER TABLE `member_checkins` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `people`
--

DROP TABLE IF EXISTS `people`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `people` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Person','User') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `FirstName` varchar(255) NOT NULL,
  `LastName` varchar(255) NOT NULL,
  `MiddleName` varchar(255) DEFAULT NULL,
  `PreferredName` varchar(255) DEFAULT NULL,
  `Gender` enum('Male','Female') DEFAULT NULL,
  `BirthDate` date DEFAULT NULL,
  `Email` varchar(255) DEFAULT NULL,
  `Phone` decimal(15,0) unsigned DEFAULT NULL,
  `Location` varchar(255) DEFAULT NULL,
  `About` text DEFAULT NULL,
  `PrimaryPhotoID` int(10) unsigned DEFAULT NULL,
  `Username` varchar(255) DEFAULT NULL,
  `Password` varchar(255) DEFAULT NULL,
  `AccountLevel` enum('Disabled','Contact','User','Staff','Administrator','Developer') DEFAULT 'User',
  `Newsletter` tinyint(1) DEFAULT 1,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Email` (`Email`),
  UNIQUE KEY `Username` (`Username`)
) ENGINE=MyISAM AUTO_INCREMENT=1079 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `people`
--

LOCK TABLES `people` WRITE;
/*!40000 ALTER TABLE `people` DISABLE KEYS */;
INSERT INTO `people` VALUES
(1,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'System','User',NULL,NULL,NULL,NULL,'system@example.org',NULL,NULL,NULL,NULL,'system','317f1e761f2faa8da781a4762b9dcc2c5cad209a','Developer',0),
(2,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Admin','User',NULL,NULL,NULL,NULL,'admin@example.org',NULL,NULL,NULL,NULL,'admin','d033e22ae348aeb5660fc2140aec35850c4da997','Administrator',0),
(3,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Staff','User',NULL,NULL,NULL,NULL,'staff@example.org',NULL,NULL,NULL,NULL,'staff','6ccb4b7c39a6e77f76ecfa935a855c6c46ad5611','Staff',0),
(4,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Regular','User',NULL,NULL,NULL,NULL,'user@example.org',NULL,NULL,NULL,NULL,'user','12dea96fec20593566ab75692c9949596833adc9','User',0),
(101,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward101@example.org',NULL,NULL,NULL,NULL,'TamsinOkvar',NULL,'User',0),
(102,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward102@example.org',NULL,NULL,NULL,NULL,'tamsin.okvar',NULL,'User',0),
(103,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward103@example.org',NULL,NULL,NULL,NULL,'tamsin_okvar',NULL,'User',0),
(104,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward104@example.org',NULL,NULL,NULL,NULL,'tamsin:okvar',NULL,'User',0),
(105,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward105@example.org',NULL,NULL,NULL,NULL,'tamsin-okvar',NULL,'User',0),
(106,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward106@example.org',NULL,NULL,NULL,NULL,'tamsin-okvar-103',NULL,'User',0),
(107,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward107@example.org',NULL,NULL,NULL,NULL,'Zoë',NULL,'User',0),
(108,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward108@example.org',NULL,NULL,NULL,NULL,'Олена',NULL,'User',0),
(109,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward109@example.org',NULL,NULL,NULL,NULL,'straßer',NULL,'User',0),
(110,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward110@example.org',NULL,NULL,NULL,NULL,'12345',NULL,'User',0),
(111,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward111@example.org',NULL,NULL,NULL,NULL,'101',NULL,'User',0),
(112,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward112@example.org',NULL,NULL,NULL,NULL,NULL,NULL,'Contact',0),
(113,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward113@example.org',NULL,NULL,NULL,NULL,'con',NULL,'User',0),
(114,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward114@example.org',NULL,NULL,NULL,NULL,'AUX',NULL,'User',0),
(115,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,'User',0),
(116,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward116@example.org',NULL,NULL,NULL,NULL,'Dash-',NULL,'User',0),
(117,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward117@example.org',NULL,NULL,NULL,NULL,'longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-longest-name-of-all-',NULL,'User',0),
(118,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward118@example.org',NULL,NULL,NULL,NULL,'İlker',NULL,'User',0),
(119,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward119@example.org',NULL,NULL,NULL,NULL,'spacey ',NULL,'User',0),
(120,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward120@example.org',NULL,NULL,NULL,NULL,'either/or',NULL,'User',0),
(121,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward121@example.org',NULL,NULL,NULL,NULL,'.hidden',NULL,'User',0),
(122,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward122@example.org',NULL,NULL,NULL,NULL,'100%+more',NULL,'User',0),
(123,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward123@example.org',NULL,NULL,NULL,NULL,'_:_',NULL,'User',0),
(124,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward124@example.org',NULL,NULL,NULL,NULL,'person-112',NULL,'User',0),
(126,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'awkward126@example.org',NULL,NULL,NULL,NULL,'たろう',NULL,'User',0),
(201,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'',NULL,NULL,NULL,NULL,'confided201',NULL,'User',0),
(202,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided202',NULL,'User',0),
(203,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'Ines.Malvo@Example.ORG',NULL,NULL,NULL,NULL,'confided203',NULL,'User',0),
(205,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided205',NULL,'User',NULL),
(206,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided206',NULL,'User',0),
(207,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'confided207@example.org',NULL,NULL,NULL,NULL,'confided207',NULL,'User',1),
(208,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,'0000-00-00',NULL,NULL,NULL,NULL,NULL,'confided208',NULL,'User',0),
(209,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,'1990-00-00',NULL,NULL,NULL,NULL,NULL,'confided209',NULL,'User',0),
(210,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,NULL,'confided210',NULL,'User',0),
(211,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,2155550123,NULL,NULL,NULL,'confided211',NULL,'User',0),
(212,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'confided212',NULL,'User',0),
(213,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,'12 O\'Hara\\Lane\r\nSpringfield',NULL,NULL,'confided213',NULL,'User',0),
(214,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided214',NULL,'User',0),
(215,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided215','','User',0),
(216,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided216','D033E22AE348AEB5660FC2140AEC35850C4DA997','User',0),
(217,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided217','$2y$10$LqEJqz8zL1kS9n0V6CFK8.3yPXoxV7pYfNkl3TgXbAeE0vyDYJdXi','User',0),
(218,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided218','$2a$12$LqEJqz8zL1kS9n0V6CFK8.3yPXoxV7pYfNkl3TgXbAeE0vyDYJdXi','User',0),
(219,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided219','$2b$10$LqEJqz8zL1kS9n0V6CFK8.3yPXoxV7pYfNkl3TgXbAeE0vyDYJdXi','User',0),
(220,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided220','$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$Q0hQd1BvZkFzc2VtYmxlZEJ5SGFuZA','User',0),
(221,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided221','{MD5}8f14e45fceea167a5a36dedd4bea2543','User',0),
(222,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'confided222','7c4a8d09ca3762af61e59520943dc26494f8941b','Disabled',0),
(301,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'<p onclick=\"alert(1)\">Hi <b>there</b> &amp; <script>x</script></p>',NULL,'about301',NULL,'User',0),
(302,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'it\'s \"quoted\"; -- not a comment\r\n/* nor this */ \\\' \\n \\\\ DROP TABLE `people`;\n\');',NULL,'about302',NULL,'User',0),
(303,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'nul \0 sub \Z backspace  tab 	 escape  delete  end',NULL,'about303',NULL,'User',0),
(304,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'CafÃ© â€œtrÃ¨s chicâ€ â€“ naÃ¯ve',NULL,'about304',NULL,'User',0),
(305,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'日本語 ₿ ✓ ﷺ',NULL,'about305',NULL,'User',0),
(306,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'I love it ????',NULL,'about306',NULL,'User',0),
(308,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,'ebrin.talvo@example.org',NULL,NULL,'Write to me: ebrin.talvo@example.org or via the site.',NULL,'plain308',NULL,'User',0),
(309,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,12155550123,NULL,'Call +1 (215) 555-0123 in the evening.',NULL,'plain309',NULL,'User',0),
(310,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'He said \"\"\"no\"\"\" and left\n\"\"\"',NULL,'about310',NULL,'User',0),
(311,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'\n\r\nfirst\rsecond\n\n',NULL,'about311',NULL,'User',0),
(312,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'  leading and trailing  ',NULL,'about312',NULL,'User',0),
(321,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'José écrit','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'plain321',NULL,'User',0),
(322,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'plain322',NULL,'User',0),
(323,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Orla','Fenwick-Dray','Q.','Ollie',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'plain323',NULL,'User',0),
(324,'User','0000-00-00 00:00:00',NULL,'0000-00-00 00:00:00',NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'plain324',NULL,'User',0),
(325,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'plain325',NULL,'',0),
(326,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'plain326',NULL,NULL,0),
(327,'User','2019-01-02 03:04:05',2000000000,NULL,2000000001,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'plain327',NULL,'User',0),
(328,'User','2019-01-02 03:04:05',1,'2020-02-29 23:59:59',101,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'plain328',NULL,'User',0),
(329,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,102,'plain329',NULL,'User',0),
(330,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,2000000000,'plain330',NULL,'User',0),
(331,'User','2019-01-02 03:04:05',NULL,NULL,NULL,'Ebrin','Talvo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,104,'plain331',NULL,'User',0),
(1001,'User','2012-01-15 06:21:03',NULL,NULL,NULL,'Amarin','Thornbury',NULL,NULL,NULL,NULL,'amarin.thornbury.1@example.net',NULL,'Lowermill','The shared address collects every market. The public market tracks every map.',NULL,'amarin.thornbury1','0bb0a53c992e0f7aa66915c308b9c68e406c7dd5','User',1),
(1002,'User','2012-04-01 09:39:22',NULL,NULL,NULL,'Galen','Ravensholm',NULL,NULL,NULL,NULL,'galen.ravensholm.2@example.net',NULL,NULL,'The daily bus maps every dataset and the open clinic maps every tree. The simple bridge tracks every bridge. The small record counts every shelter.',NULL,'Galen_Ravensholm2','378d215c97ba7cff2f80ea7cc4e1522bb0be64c0','User',0),
(1003,'User','2012-06-08 02:10:44',NULL,NULL,NULL,'Brisel','Ashbrook',NULL,NULL,NULL,NULL,'brisel.ashbrook.3@example.com',NULL,NULL,'<a href=\"http://quick-signal.example.com/?ref=9215\">Best open record online</a> The bright sensor collects every report.',NULL,'brisel-3','6975c924cf592dd47a22926f5a614474ec7047f4','User',1),
(1004,'User','2012-07-23 08:24:19',NULL,NULL,NULL,'Ivaro','Jasperwin',NULL,NULL,NULL,NULL,'ivaro.jasperwin.4@example.com',NULL,NULL,'<a href=\"http://shared-library.example.com/?ref=8433\">Best bright council online</a> The friendly report maps every signal and the daily report collects every library.',NULL,'Ivaro_Jasperwin4','659011cb186e23ae40a4c8f5a014365746c481e9','User',1),
(1005,'User','2012-09-22 09:31:42',NULL,NULL,NULL,'Jorvin','Fairholt',NULL,NULL,NULL,'2004-07-22','jorvin.fairholt.5@example.org',NULL,NULL,NULL,NULL,'jorvinf5','015ac2f3e105a9557dbe86d3277727b062020f23','User',1),
(1006,'User','2012-12-05 06:26:02',NULL,NULL,NULL,'Edwyl','Dunmere',NULL,NULL,'Female',NULL,'edwyl.dunmere.6@example.org',NULL,NULL,NULL,NULL,'edwyld6','22413d3f36393c485c5e17274fb88b447e1aab85','User',0),
(1007,'User','2013-02-16 22:16:17',NULL,NULL,NULL,'Merrit','Ironside',NULL,NULL,NULL,NULL,'merrit.ironside.7@example.org',NULL,NULL,'The public park tracks every survey while the quick station compares every report.',NULL,'Merrit_Ironside7','b7ce5e28bc086a9310295f8dfdd81a379ec38660','User',1),
(1008,'User','2013-04-09 15:49:10',NULL,NULL,NULL,'Lorum','Ashbrook',NULL,NULL,NULL,NULL,'lorum.ashbrook.8@example.org',NULL,NULL,'<a href=\"http://quick-tree.example.com/?ref=5074\">Best shared crosswalk online</a> The small park tracks every park while the small crosswalk lists every street.',NULL,'lorum-8','448d25fca9377aaf4fa93bd1966aff1e89dc95e0','User',1),
(1009,'User','2013-07-03 05:30:14',NULL,NULL,NULL,'Quilla','Ravensholm',NULL,NULL,'Male',NULL,'quilla.ravensholm.9@example.org',2155558759,'Northside',NULL,NULL,'QuillaRavensholm9','88db007f013211f702426342a4d94b3bcecec6af','User',1),
(1010,'User','2013-08-31 15:34:45',NULL,NULL,NULL,'Elowen','Birchwell',NULL,NULL,NULL,NULL,'elowen.birchwell.10@example.org',NULL,NULL,NULL,NULL,'Elowen_Birchwell10','25d4e36b822ebd3d42761ff8292f19c1f6f6b1d7','User',0),
(1011,'User','2013-10-19 18:45:52',NULL,NULL,NULL,'Zelda','Dunmere',NULL,NULL,NULL,NULL,'zelda.dunmere.11@example.com',NULL,'Northside',NULL,NULL,'zelda-11','e07d49be5a67dbaea0624d699a3d52a5b0608675','User',0),
(1012,'User','2014-01-06 23:08:41',NULL,NULL,NULL,'Xandel','Valewood',NULL,NULL,NULL,NULL,'xandel.valewood.12@example.org',2155554942,NULL,NULL,NULL,'xandel.valewood12','509eeefa596cfd0a00d0bade1a913fc59c6d40b9','User',1),
(1013,'User','2014-02-20 03:10:39',NULL,NULL,NULL,'Faelin','Oakhollow',NULL,NULL,NULL,NULL,'faelin.oakhollow.13@example.net',NULL,'Oldtown',NULL,NULL,'Faelin_Oakhollow13','656acb6f480e12789236a7e2190011a8eee6f89b','User',NULL),
(1014,'User','2014-05-07 16:19:12',NULL,NULL,NULL,'Merrit','Ironside',NULL,NULL,NULL,NULL,'merrit.ironside.14@example.org',2155554948,'Eastfield','The local dataset lists every shelter. The honest meeting draws every river.',NULL,'merrit.ironside14','7aaa1844e6763e51ccfdd85e935666b04f00331d','User',1),
(1015,'User','2014-07-16 19:46:03',NULL,NULL,NULL,'Dorin','Pinecroft',NULL,NULL,NULL,NULL,'dorin.pinecroft.15@example.org',NULL,NULL,NULL,NULL,'DorinPinecroft15','fcd47b86386da3b879875aeef1a1798523029777','User',1),
(1016,'User','2014-09-11 14:33:10',NULL,NULL,NULL,'Vesper','Ironside',NULL,NULL,NULL,NULL,'vesper.ironside.16@example.com',NULL,'Northside','<a href=\"http://simple-station.example.com/?ref=1581\">Best simple survey online</a> The friendly report maps every station and the quiet map tracks every station.',NULL,'Vesper_Ironside16','e78da0443dc2a9e016d458901d9dbee1ab75ff17','User',1),
(1017,'Person','2014-11-06 05:30:58',NULL,NULL,NULL,'Ivaro','Kestrelle',NULL,NULL,NULL,NULL,'ivaro.kestrelle.17@example.org',2155552911,NULL,NULL,NULL,NULL,NULL,'Contact',1),
(1018,'User','2015-01-21 20:56:41',NULL,NULL,NULL,'Hestor','Ravensholm',NULL,NULL,NULL,NULL,'hestor.ravensholm.18@example.org',NULL,NULL,NULL,NULL,'HestorRavensholm18','c96c0428d609ac0ce2234eb448ecb057758cdb25','User',NULL),
(1019,'User','2015-03-23 20:22:24',NULL,NULL,NULL,'Lorum','Westerlund',NULL,NULL,NULL,NULL,'lorum.westerlund.19@example.com',NULL,NULL,NULL,NULL,'Lorum_Westerlund19','56b6fd929f313d053f92a4c7fedcf24108d7594d','User',NULL),
(1020,'User','2015-05-20 03:08:54',NULL,NULL,NULL,'Torrin','Netherby',NULL,NULL,NULL,NULL,'torrin.netherby.20@example.org',2155554281,NULL,NULL,NULL,'TorrinNetherby20','900684f716caf59e54be7ac9c794e3ca53ac8402','User',NULL),
(1021,'User','2015-07-26 02:59:49',NULL,NULL,NULL,'Delmar','Westerlund',NULL,NULL,NULL,'1983-05-22','delmar.westerlund.21@example.org',NULL,'Riverbend',NULL,NULL,'Delmar_Westerlund21','8de256263811372fb701feebd967f4944523d2de','User',1),
(1022,'User','2015-10-11 14:50:25',NULL,NULL,NULL,'Merrit','Jasperwin',NULL,NULL,NULL,NULL,'merrit.jasperwin.22@example.net',NULL,NULL,'<a href=\"http://quiet-council.example.com/?ref=3591\">Best quiet market online</a> The small park draws every garden until the bright meeting tracks every garden.',NULL,'merrit.jasperwin22','601889667c05d50f7690a78217c4c0a62d91c24d','User',1),
(1023,'User','2015-12-17 03:45:12',NULL,NULL,NULL,'Fennic','Zephyrson',NULL,NULL,NULL,NULL,'fennic.zephyrson.23@example.org',NULL,NULL,'<a href=\"http://small-tree.example.com/?ref=6804\">Best honest vote online</a> The friendly shelter checks every dataset until the open budget lists every permit.',NULL,'fennic-23','aea81300ee9c16cdb72319b2b421df1980bc7ce7','User',0),
(1024,'User','2016-02-28 19:15:43',NULL,NULL,NULL,'Hestor','Elmsworth',NULL,NULL,NULL,NULL,'hestor.elmsworth.24@example.org',NULL,NULL,NULL,NULL,'hestor.elmsworth24','a2f8f0eb559e047906261c1e95858046ba682bb3','User',1),
(1025,'User','2016-05-08 14:41:11',NULL,NULL,NULL,'Perrin','Pinecroft',NULL,NULL,NULL,NULL,'perrin.pinecroft.25@example.net',NULL,NULL,'The simple survey lists every survey.',NULL,'perrin-25','70878cafc6b55cb5c2be4664895392ec803191e2','User',0),
(1026,'User','2016-07-09 13:24:32',NULL,NULL,NULL,'Xandel','Hollowell',NULL,NULL,NULL,NULL,'xandel.hollowell.26@example.net',NULL,NULL,NULL,NULL,'xandelh26','c684bf7d5e420c74381b4dbf9b5c3f3209abfc30','User',1),
(1027,'User','2016-08-19 06:34:12',NULL,NULL,NULL,'Elowen','Quarryman',NULL,NULL,NULL,NULL,'elowen.quarryman.27@example.org',NULL,NULL,'The bright survey collects every neighbor.',NULL,'ElowenQuarryman27','34a840a4bacac7d587e5fbc67c697f16a2824595','User',1),
(1028,'User','2016-11-10 04:47:48',NULL,NULL,NULL,'Amarin','Stonefield',NULL,NULL,NULL,NULL,'amarin.stonefield.28@example.org',2155553968,NULL,'The daily bus sorts every neighbor.',NULL,'amarin.stonefield28','c18a73e140056962b6347108ddd021d21389f1a8','User',1),
(1029,'User','2016-12-29 07:06:07',NULL,NULL,NULL,'Amarin','Greymarsh',NULL,NULL,NULL,NULL,'amarin.greymarsh.29@example.net',NULL,'Eastfield','The quick library explains every garden.',NULL,'Amarin_Greymarsh29','3c391118142928b068d86d82d355013c43e582c2','User',1),
(1030,'User','2017-03-11 12:33:40',NULL,NULL,NULL,'Wrenna','Quarryman',NULL,NULL,NULL,NULL,'wrenna.quarryman.30@example.net',NULL,'Oldtown','<a href=\"http://open-garden.example.com/?ref=3312\">Best quiet vote online</a> The simple crosswalk counts every crosswalk until the bright library draws every market.',NULL,'wrennaq30','62426d06e61376349a640068ea8f84e29f053f4c','User',0),
(1031,'User','2017-05-20 09:02:53',NULL,NULL,NULL,'Zelda','Ravensholm',NULL,NULL,NULL,NULL,'zelda.ravensholm.31@example.org',NULL,NULL,NULL,NULL,'ZeldaRavensholm31','5f7c2339d5074749097cf593ad9b646b49685f4c','User',1),
(1032,'User','2017-07-18 09:27:10',NULL,NULL,NULL,'Jorvin','Ashbrook',NULL,NULL,NULL,NULL,'jorvin.ashbrook.32@example.net',NULL,'Lowermill','<a href=\"http://shared-river.example.com/?ref=6980\">Best open market online</a> The public park checks every dataset.',NULL,'jorvin.ashbrook32','74a7db8b34cd21b7aa3851dd4771f5a7acb55f54','User',1),
(1033,'User','2017-09-24 14:07:52',NULL,NULL,NULL,'Elowen','Zephyrson',NULL,NULL,NULL,NULL,'elowen.zephyrson.33@example.com',NULL,NULL,'The open station counts every shelter. The small river compares every survey because the open tree draws every park. The simple permit collects every market because the local market counts every dataset.',NULL,'elowen-33','5df4a9f8d75d7605991a354eff7d825cfb300521','User',1),
(1034,'User','2017-12-12 06:36:25',NULL,NULL,NULL,'Berun','Thornbury',NULL,NULL,NULL,NULL,'berun.thornbury.34@example.org',NULL,'Eastfield',NULL,NULL,'Berun_Thornbury34','2e29816f5a774b3c79a7f94df1b91e15dbafb382','User',1),
(1035,'User','2018-01-31 04:27:07',NULL,NULL,NULL,'Quilla','Zephyrson',NULL,NULL,NULL,NULL,'quilla.zephyrson.35@example.org',NULL,NULL,'The daily market checks every meeting.',NULL,'quillaz35','5cbe47602a9242fd8dbcf85c6d8e8393ed2d81f2','User',1),
(1036,'User','2018-04-13 09:25:34',NULL,NULL,NULL,'Vesper','Greymarsh',NULL,NULL,NULL,NULL,'vesper.greymarsh.36@example.net',NULL,'Hillcrest',NULL,NULL,'vesperg36','b9ad9148c1b2af1c91ff77177d0c8aa26a505935','User',NULL),
(1037,'User','2018-06-14 22:01:25',NULL,NULL,NULL,'Zelda','Oakhollow',NULL,NULL,NULL,NULL,'zelda.oakhollow.37@example.net',NULL,NULL,'<a href=\"http://public-river.example.com/?ref=8692\">Best simple dataset online</a> The open budget draws every report; it\'s \"daily\" enough.',NULL,'zelda-37','8558353596869f9170f3976b9e82273d27f6bb5b','User',1),
(1038,'User','2018-08-25 02:03:00',NULL,NULL,NULL,'Selwin','Netherby',NULL,NULL,'Male',NULL,'selwin.netherby.38@example.com',NULL,NULL,'<a href=\"http://public-crosswalk.example.com/?ref=8926\">Best friendly tree online</a> The open dataset collects every school.',NULL,'selwin.netherby38','7456c312ea60e18e018cc8f4403d0d3475e7e92d','Disabled',1),
(1039,'User','2018-10-17 13:13:54',NULL,NULL,NULL,'Corvel','Underhill',NULL,NULL,NULL,NULL,'corvel.underhill.39@example.net',NULL,'Oldtown',NULL,NULL,'corvel.underhill39','915b547f995c885c57e3988cf5dc43eec9deba12','User',NULL),
(1040,'User','2019-01-06 15:15:15',NULL,NULL,NULL,'Galen','Westerlund',NULL,NULL,'Male',NULL,'galen.westerlund.40@example.net',NULL,NULL,NULL,NULL,'galen-40','dc714ef1864bbfc2e2c167d5b7684ab074b86b72','User',1),
(1041,'User','2019-02-22 03:56:56',NULL,NULL,NULL,'Delmar','Ashbrook',NULL,NULL,NULL,NULL,'delmar.ashbrook.41@example.net',2155557712,NULL,NULL,NULL,'delmar.ashbrook41','9de7c2c64102b625a1e7f9a85a61c65b8a6570fb','User',1),
(1042,'User','2019-05-04 15:23:12',NULL,NULL,NULL,'Yorick','Quarryman',NULL,NULL,NULL,NULL,'yorick.quarryman.42@example.net',NULL,NULL,NULL,NULL,'yorickq42','ffd4e1b814a82149d39c9317248119ca10b1bd47','User',0),
(1043,'User','2019-06-27 07:20:33',NULL,NULL,NULL,'Wrenna','Thornbury',NULL,NULL,NULL,NULL,'wrenna.thornbury.43@example.net',2155558556,'Northside','<a href=\"http://shared-library.example.com/?ref=3512\">Best quiet shelter online</a> The open vote maps every school because the bright station checks every library.',NULL,'wrennat43','69eaf9d8af11e0c8eb23d435ff9a63aa8e06abdf','User',1),
(1044,'User','2019-09-07 01:21:14',NULL,NULL,NULL,'Norwin','Fairholt',NULL,NULL,NULL,NULL,'norwin.fairholt.44@example.net',NULL,NULL,NULL,NULL,'Norwin_Fairholt44','1eaf97eeea7111b21f6d8d4364a63f7873fad28c','User',1),
(1045,'User','2019-11-13 13:49:47',NULL,NULL,NULL,'Vesper','Stonefield',NULL,NULL,NULL,NULL,'vesper.stonefield.45@example.net',NULL,'Oldtown',NULL,NULL,'vespers45','4f79424740e8753706c1f33156615fab0fffd083','User',1),
(1046,'User','2020-01-31 07:48:08',NULL,NULL,NULL,'Berun','Fairholt',NULL,NULL,NULL,NULL,'berun.fairholt.46@example.net',NULL,'Eastfield','The daily tree maps every record; it\'s \"quiet\" enough. The friendly river draws every street so the small permit checks every clinic.',NULL,'Berun_Fairholt46','730b8d62c2893395648d9713e05c4a5c462d6f8d','User',1),
(1047,'Person','2020-03-24 16:04:44',NULL,NULL,NULL,'Quilla','Pinecroft',NULL,NULL,NULL,'1958-02-14','quilla.pinecroft.47@example.org',NULL,NULL,NULL,NULL,NULL,NULL,'Contact',1),
(1048,'User','2020-05-14 22:16:32',NULL,NULL,NULL,'Fennic','Ashbrook',NULL,NULL,NULL,NULL,'fennic.ashbrook.48@example.org',NULL,NULL,NULL,NULL,'fennic.ashbrook48','17faddb7b4378173fbca5cb9222fcecdcf3f6bb5','User',1),
(1049,'User','2020-07-30 20:45:11',NULL,NULL,NULL,'Ostel','Netherby',NULL,NULL,NULL,'1993-08-12','ostel.netherby.49@example.com',NULL,'Hillcrest','The honest crosswalk counts every vote; it\'s \"quick\" enough. The friendly dataset lists every river while the quick budget checks every station. The simple tree checks every crosswalk while the simple street translates every market.',NULL,'ostel.netherby49','ff557ae461066711693d94d205f40fd413bf8591','User',NULL),
(1050,'User','2020-09-23 00:43:47',NULL,NULL,NULL,'Perrin','Elmsworth',NULL,NULL,NULL,NULL,'perrin.elmsworth.50@example.org',NULL,NULL,NULL,NULL,'perrine50','9a104bf14a64fe34c50b89f17303caff66053c50','User',1),
(1051,'User','2020-12-14 05:51:47',NULL,NULL,NULL,'Torrin','Quarryman',NULL,NULL,NULL,NULL,'torrin.quarryman.51@example.com',NULL,NULL,'<a href=\"http://daily-permit.example.com/?ref=8721\">Best bright market online</a> The daily budget counts every neighbor; it\'s \"quiet\" enough.',NULL,'torrin-51','46f9c388686867e2f6c54bac8e9f3e3b0ef2604a','Disabled',0),
(1052,'User','2021-02-11 20:46:36',NULL,NULL,NULL,'Wrenna','Elmsworth',NULL,NULL,NULL,NULL,'wrenna.elmsworth.52@example.com',NULL,NULL,NULL,NULL,'wrenna-52','5f792f8b2e8827eaf93afbf2c4bf7c202bb76bd4','User',1),
(1053,'User','2021-04-07 06:28:22',NULL,NULL,NULL,'Calvi','Zephyrson',NULL,NULL,NULL,NULL,'calvi.zephyrson.53@example.org',NULL,NULL,'<a href=\"http://shared-crosswalk.example.com/?ref=8098\">Best quick school online</a> The friendly shelter tracks every record.',NULL,'calviz53','70c65ffd8f18aedcbc888b997c5521ed747ec755','Disabled',0),
(1054,'User','2021-06-21 16:35:02',NULL,NULL,NULL,'Perrin','Larkmoor',NULL,NULL,NULL,NULL,'perrin.larkmoor.54@example.net',NULL,NULL,'<a href=\"http://simple-dataset.example.com/?ref=8734\">Best local permit online</a> The quick tree checks every report so the quick bus shows every school.',NULL,'Perrin_Larkmoor54','17cbf39eb88b0cc45aa1898a669a668e7fc4f3a7','User',NULL),
(1055,'User','2021-09-09 23:50:18',NULL,NULL,NULL,'Torrin','Birchwell',NULL,NULL,NULL,'1955-05-14','torrin.birchwell.55@example.com',NULL,'Riverbend','<a href=\"http://daily-crosswalk.example.com/?ref=5351\">Best friendly river online</a> The quick dataset collects every clinic.',NULL,'torrin-55','faf10749430359ea469cc93abf94c8e54f2bc16d','User',1),
(1056,'User','2021-10-31 21:45:52',NULL,NULL,NULL,'Berun','Dunmere',NULL,NULL,NULL,NULL,'berun.dunmere.56@example.com',NULL,'Oldtown',NULL,NULL,'berun.dunmere56','2216b45eb94bc1e1077bf1879438c77a60e844d6','User',1),
(1057,'Person','2022-01-17 23:30:50',NULL,NULL,NULL,'Jorvin','Hollowell',NULL,NULL,NULL,NULL,'jorvin.hollowell.57@example.com',NULL,'Eastfield','The quick permit sorts every bus. The simple sensor lists every shelter.',NULL,NULL,NULL,'Contact',0),
(1058,'User','2022-03-01 21:14:15',NULL,NULL,NULL,'Lorum','Mossgrove',NULL,NULL,'Female','1996-01-20','lorum.mossgrove.58@example.com',2155556684,'Riverbend',NULL,NULL,'lorumm58','54c5bc6d7ef5a4967b61e7b56d98b23fc14ab912','User',1),
(1059,'User','2022-05-21 08:12:56',NULL,NULL,NULL,'Torrin','Elmsworth',NULL,NULL,NULL,NULL,'torrin.elmsworth.59@example.com',2155555394,NULL,'<a href=\"http://shared-meeting.example.com/?ref=6515\">Best quick station online</a> The small bus checks every council.',NULL,'torrin.elmsworth59','0b2eb340a93f786612901a8d86cc0bb4f98e3948','Disabled',0),
(1060,'User','2022-07-05 20:49:47',NULL,NULL,NULL,'Faelin','Stonefield',NULL,NULL,NULL,NULL,'faelin.stonefield.60@example.org',NULL,'Riverbend','<a href=\"http://open-sensor.example.com/?ref=4296\">Best open station online</a> The simple garden translates every council.',NULL,'faelins60','8ca0191d9e74c7ff67449d0fafff70101c58b647','User',1),
(1061,'User','2022-09-23 05:25:30',NULL,NULL,NULL,'Yorick','Ashbrook',NULL,NULL,NULL,NULL,'yorick.ashbrook.61@example.org',2155557508,NULL,NULL,NULL,'yorick.ashbrook61','b15f5aae39c0ab0a777fa63da2e31578c063f0f6','User',NULL),
(1062,'User','2022-11-17 03:34:33',NULL,NULL,NULL,'Dorin','Zephyrson',NULL,NULL,NULL,NULL,'dorin.zephyrson.62@example.net',NULL,NULL,NULL,NULL,'dorin-62','88b9e734f4c0994b1bc01a0ebe1ef244a6825cf9','User',NULL),
(1063,'User','2023-02-06 10:53:52',NULL,NULL,NULL,'Fennic','Cragmoor',NULL,NULL,NULL,NULL,'fennic.cragmoor.63@example.net',NULL,'Riverbend','<a href=\"http://bright-budget.example.com/?ref=6693\">Best friendly map online</a> The honest tree draws every crosswalk; it\'s \"quiet\" enough.',NULL,'fennicc63','40cc0bf7061e45806b10a505a19a73ceedc45a3b','Disabled',NULL),
(1064,'User','2023-04-01 21:04:48',NULL,NULL,NULL,'Brisel','Birchwell',NULL,NULL,NULL,'1996-07-18','brisel.birchwell.64@example.net',NULL,NULL,'The quick report explains every park. The honest tree shows every school.',NULL,'BriselBirchwell64','778cdc16f4a294e86903cf6afcb130f933f1aeaa','User',1),
(1065,'User','2023-06-20 10:18:53',NULL,NULL,NULL,'Delmar','Westerlund',NULL,NULL,NULL,NULL,'delmar.westerlund.65@example.net',NULL,NULL,'<a href=\"http://shared-address.example.com/?ref=6816\">Best simple river online</a> The public sensor lists every budget.',NULL,'delmar.westerlund65','6b158600710c6edee2f918a700a3be6191aeba48','User',0),
(1066,'User','2023-08-08 09:26:12',NULL,NULL,NULL,'Fennic','Fairholt',NULL,NULL,NULL,NULL,'fennic.fairholt.66@example.com',NULL,NULL,'The friendly address sorts every station. The quiet signal explains every library. The shared station sorts every river; it\'s \"open\" enough.',NULL,'fennicf66','331c13e8f58a6a325c8b0976a528c44f9a1a0735','User',NULL),
(1067,'User','2023-10-17 01:02:32',NULL,NULL,NULL,'Corvel','Birchwell',NULL,NULL,NULL,NULL,'corvel.birchwell.67@example.com',NULL,NULL,'<a href=\"http://daily-record.example.com/?ref=4270\">Best local garden online</a> The simple council translates every permit.',NULL,'corvel-67','08642b16e3ef6fd5a313436eaf70fe0ca325747e','User',1),
(1068,'User','2024-01-01 04:42:26',NULL,NULL,NULL,'Galen','Yarrowby',NULL,NULL,NULL,NULL,'galen.yarrowby.68@example.org',NULL,NULL,NULL,NULL,'GalenYarrowby68','12999548ae6372fe083112dee187faffa00a1390','User',NULL),
(1069,'User','2024-02-08 17:41:36',NULL,NULL,NULL,'Wrenna','Ravensholm',NULL,NULL,NULL,NULL,'wrenna.ravensholm.69@example.org',NULL,'Northside','<a href=\"http://public-crosswalk.example.com/?ref=748\">Best daily crosswalk online</a> The bright address lists every garden.',NULL,'WrennaRavensholm69','af5291233e08a36a79024105117cd3ceea601c3b','User',1),
(1070,'User','2024-05-09 01:17:34',NULL,NULL,NULL,'Xandel','Pinecroft',NULL,NULL,NULL,NULL,'xandel.pinecroft.70@example.net',2155556637,'Northside','The honest permit collects every dataset. The shared budget maps every dataset. The open park counts every map.',NULL,'XandelPinecroft70','ea6da5958c567c41e9184ff7067149b9faed3097','User',1),
(1071,'User','2024-06-22 05:31:25',NULL,NULL,NULL,'Ulvar','Thornbury',NULL,NULL,NULL,NULL,'ulvar.thornbury.71@example.com',NULL,'Lowermill',NULL,NULL,'UlvarThornbury71','eccc9bcf4d9b1fb6e435f96ffa26ac6f1a2f51fd','User',1),
(1072,'User','2024-08-23 09:53:33',NULL,NULL,NULL,'Merrit','Yarrowby',NULL,NULL,NULL,NULL,'merrit.yarrowby.72@example.org',NULL,NULL,'The quiet bridge compares every market. The daily bus explains every address while the friendly street draws every permit.',NULL,'merrit-72','02732e6710d5119a2bfdc3e9843b9aa49fbe6ebe','User',1),
(1073,'User','2024-11-04 05:04:35',NULL,NULL,NULL,'Norwin','Ashbrook',NULL,NULL,NULL,NULL,'norwin.ashbrook.73@example.net',NULL,NULL,'The local station compares every shelter. The honest record translates every park because the shared map explains every school. The shared dataset compares every street; it\'s \"honest\" enough.',NULL,'Norwin_Ashbrook73','75fcd98d41b9aee6411f588f11ae00bda138247d','User',0),
(1074,'User','2025-01-13 14:36:36',NULL,NULL,NULL,'Keltan','Underhill',NULL,NULL,NULL,NULL,'keltan.underhill.74@example.com',2155555126,NULL,'<a href=\"http://quiet-map.example.com/?ref=2034\">Best honest record online</a> The friendly street compares every bridge.',NULL,'KeltanUnderhill74','785730a42d76626129661e764bc6ab2e7bb04044','User',1),
(1075,'User','2025-03-07 23:20:52',NULL,NULL,NULL,'Quilla','Elmsworth',NULL,NULL,NULL,NULL,'quilla.elmsworth.75@example.com',NULL,'Hillcrest',NULL,NULL,'QuillaElmsworth75','bebae92b61e49c89deb20c7dc8510b921760c42c','User',1),
(1076,'User','2025-05-30 13:25:42',NULL,NULL,NULL,'Selwin','Kestrelle',NULL,NULL,NULL,NULL,'selwin.kestrelle.76@example.net',NULL,'Lowermill','<a href=\"http://quick-vote.example.com/?ref=6255\">Best open river online</a> The quiet record checks every garden.',NULL,'selwin-76','0751eeb7d775bfd5e050d99c0a0b5aee451171b7','Disabled',1),
(1077,'User','2025-07-29 08:27:39',NULL,NULL,NULL,'Selwin','Birchwell',NULL,NULL,NULL,NULL,'selwin.birchwell.77@example.net',NULL,'Oldtown',NULL,NULL,'selwin.birchwell77','ef1bc481636b589c4cba22b04156a6b5a2b79d87','User',1),
(1078,'User','2025-10-13 01:47:15',NULL,NULL,NULL,'Keltan','Ironside',NULL,NULL,NULL,NULL,'keltan.ironside.78@example.net',NULL,NULL,NULL,NULL,'keltan-78','dc6119b8e3dde81345f6a70c6a4e6d4056fbee6b','User',0);
/*!40000 ALTER TABLE `people` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `project_buzz`
--

DROP TABLE IF EXISTS `project_buzz`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `project_buzz` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Laddr\\ProjectBuzz') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `ProjectID` int(10) unsigned NOT NULL,
  `Handle` varchar(255) NOT NULL,
  `Headline` varchar(255) NOT NULL,
  `URL` varchar(255) NOT NULL,
  `Published` timestamp NOT NULL,
  `ImageID` int(10) unsigned DEFAULT NULL,
  `Summary` text DEFAULT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Handle` (`Handle`),
  KEY `ProjectID` (`ProjectID`)
) ENGINE=MyISAM AUTO_INCREMENT=1005 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `project_buzz`
--

LOCK TABLES `project_buzz` WRITE;
/*!40000 ALTER TABLE `project_buzz` DISABLE KEYS */;
INSERT INTO `project_buzz` VALUES
(1,'Laddr\\ProjectBuzz','2019-01-02 03:04:05',2,1,'laddr_v3.1.1_released','Laddr v3.1.1 released!','https://github.com/CodeForPhilly/laddr/releases/tag/v3.1.1','2022-08-06 19:15:00',NULL,'## Technical\r\n\r\n- chore(deps): bump emergence-slack to v1.0.2 @themightychris'),
(101,'Laddr\\ProjectBuzz','2019-01-02 03:04:05',NULL,1,'over_http','A project in the news','http://paper.example.com/1','2018-05-06 07:08:09',NULL,NULL),
(102,'Laddr\\ProjectBuzz','2019-01-02 03:04:05',NULL,1,'sentence','A project in the news','see page 4 of the paper','2018-05-06 07:08:09',NULL,NULL),
(103,'Laddr\\ProjectBuzz','2019-01-02 03:04:05',NULL,1,'over_ftp','A project in the news','ftp://files.example.com/1','2018-05-06 07:08:09',NULL,NULL),
(104,'Laddr\\ProjectBuzz','2019-01-02 03:04:05',NULL,2000000000,'nobodys','A project in the news','https://news.example.org/story','2018-05-06 07:08:09',NULL,NULL),
(105,'Laddr\\ProjectBuzz','2019-01-02 03:04:05',NULL,1,'undated','A project in the news','https://news.example.org/story','0000-00-00 00:00:00',NULL,NULL),
(106,'Laddr\\ProjectBuzz','2019-01-02 03:04:05',NULL,1,'20151012','A project in the news','https://news.example.org/story','2018-05-06 07:08:09',NULL,NULL),
(107,'Laddr\\ProjectBuzz','2019-01-02 03:04:05',NULL,1,'spacious','A project in the news','http://paper.example.com/a b','2018-05-06 07:08:09',NULL,NULL),
(108,'Laddr\\ProjectBuzz','2019-01-02 03:04:05',NULL,1,'blind','A project in the news','https://news.example.org/story','2018-05-06 07:08:09',2000000000,NULL),
(109,'Laddr\\ProjectBuzz','2019-01-02 03:04:05',NULL,1,'seen','A project in the news','https://news.example.org/story','2018-05-06 07:08:09',101,NULL),
(1001,'Laddr\\ProjectBuzz','2012-01-24 15:11:04',1024,1002,'simple_street_school_1','Simple Street School: The open river tracks every park.','http://news.example.com/0/story.html','2012-01-29 23:21:15',NULL,'## Small Bus Vote\r\n\r\nThe public signal tracks every garden. The friendly library collects every crosswalk. The daily dataset translates every signal; it\'s \"daily\" enough.\r\n\r\n[neighbor](https://market.example.org/699)'),
(1002,'Laddr\\ProjectBuzz','2015-06-24 12:44:33',1023,1004,'small_map_council_2','Small Map Council: The open bus sorts every council.','https://news.example.com/1/story.html','2015-07-05 10:25:01',NULL,'## Honest Permit Garden\r\n\r\nThe shared tree explains every street. The simple bus counts every meeting; it\'s \"quiet\" enough.\r\n\r\n- The small permit checks every market while the shared garden explains every dataset.\r\n- The honest permit shows every library.'),
(1003,'Laddr\\ProjectBuzz','2018-12-25 02:19:55',1052,1001,'daily_neighbor_school_3','Daily Neighbor School: The honest garden counts every garden.','http://news.example.com/2/story.html','2019-01-06 14:18:57',NULL,'## Local Crosswalk Budget\r\n\r\nThe shared survey collects every shelter. The small market translates every market; it\'s \"daily\" enough. The quiet dataset explains every tree.\r\n\r\n- The small budget lists every river; it\'s \"local\" enough.\r\n- The bright vote translates every record.'),
(1004,'Laddr\\ProjectBuzz','2022-06-22 04:58:34',1068,1011,'honest_record_permit_4','Honest Record Permit: The simple vote counts every crosswalk.','http://news.example.com/3/story.html','2022-06-01 07:56:39',NULL,'## Local Park Street\r\n\r\nThe quiet garden explains every park; it\'s \"open\" enough.\r\n\r\n- The quick permit sorts every dataset; it\'s \"honest\" enough.\r\n- The quiet neighbor compares every dataset.');
/*!40000 ALTER TABLE `project_buzz` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `project_members`
--

DROP TABLE IF EXISTS `project_members`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `project_members` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Laddr\\ProjectMember') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `ProjectID` int(10) unsigned NOT NULL,
  `MemberID` int(10) unsigned NOT NULL,
  `Role` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `ProjectMember` (`ProjectID`,`MemberID`)
) ENGINE=MyISAM AUTO_INCREMENT=1069 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `project_members`
--

LOCK TABLES `project_members` WRITE;
/*!40000 ALTER TABLE `project_members` DISABLE KEYS */;
INSERT INTO `project_members` VALUES
(1,'Laddr\\ProjectMember','2019-01-02 03:04:05',2,1,2,'Founder'),
(101,'Laddr\\ProjectMember','2019-01-02 03:04:05',NULL,110,103,'Email lead: x@example.org'),
(102,'Laddr\\ProjectMember','2019-01-02 03:04:05',NULL,1,2000000000,NULL),
(103,'Laddr\\ProjectMember','2019-01-02 03:04:05',NULL,2000000000,2,NULL),
(104,'Laddr\\ProjectMember','2019-01-02 03:04:05',NULL,0,2,NULL),
(1001,'Laddr\\ProjectMember','2012-01-04 01:47:53',1061,1001,1004,'Designer'),
(1002,'Laddr\\ProjectMember','2012-01-16 18:38:28',1017,1001,1014,'Project manager'),
(1003,'Laddr\\ProjectMember','2012-01-13 23:21:30',1006,1001,1024,'Project manager'),
(1004,'Laddr\\ProjectMember','2012-01-05 11:18:36',1010,1001,1034,'Developer'),
(1005,'Laddr\\ProjectMember','2012-01-13 23:55:19',1051,1001,1044,'Project manager'),
(1006,'Laddr\\ProjectMember','2012-09-26 04:47:54',1038,1002,1068,'Designer'),
(1007,'Laddr\\ProjectMember','2012-10-19 03:22:49',1039,1002,1002,'Writer'),
(1008,'Laddr\\ProjectMember','2012-10-05 12:23:21',1054,1002,1014,'Designer'),
(1009,'Laddr\\ProjectMember','2012-10-17 12:35:54',1027,1002,1026,NULL),
(1010,'Laddr\\ProjectMember','2013-07-03 18:09:18',1023,1003,1072,'Founder'),
(1011,'Laddr\\ProjectMember','2013-07-05 23:11:35',1028,1003,1006,'Designer'),
(1012,'Laddr\\ProjectMember','2013-06-18 08:19:16',1012,1003,1018,NULL),
(1013,'Laddr\\ProjectMember','2013-06-30 20:08:23',1008,1003,1030,NULL),
(1014,'Laddr\\ProjectMember','2014-04-04 23:00:26',1041,1004,1054,'Designer'),
(1015,'Laddr\\ProjectMember','2014-03-30 19:37:48',1074,1004,1060,'Founder'),
(1016,'Laddr\\ProjectMember','2014-03-26 20:15:21',1021,1004,1066,'Writer'),
(1017,'Laddr\\ProjectMember','2014-03-22 18:09:36',1058,1004,1072,'Project manager'),
(1018,'Laddr\\ProjectMember','2014-03-12 08:11:51',1002,1004,1078,'Data analyst'),
(1019,'Laddr\\ProjectMember','2014-03-28 11:30:43',1018,1004,1006,'Designer'),
(1020,'Laddr\\ProjectMember','2014-03-21 19:41:42',1054,1004,1012,'Founder'),
(1021,'Laddr\\ProjectMember','2014-12-23 08:29:44',1028,1005,1019,'Writer'),
(1022,'Laddr\\ProjectMember','2014-12-07 17:49:47',1044,1005,1023,'Designer'),
(1023,'Laddr\\ProjectMember','2015-09-07 12:41:37',1046,1006,1009,'Developer'),
(1024,'Laddr\\ProjectMember','2015-09-19 02:09:44',1001,1006,1014,'Founder'),
(1025,'Laddr\\ProjectMember','2015-09-25 21:20:36',1028,1006,1019,'Developer'),
(1026,'Laddr\\ProjectMember','2015-09-15 14:16:37',1018,1006,1024,'Project manager'),
(1027,'Laddr\\ProjectMember','2015-09-14 10:36:22',1019,1006,1029,'Writer'),
(1028,'Laddr\\ProjectMember','2015-09-06 00:53:08',1037,1006,1034,'Project manager'),
(1029,'Laddr\\ProjectMember','2016-06-15 10:54:26',1041,1007,1062,NULL),
(1030,'Laddr\\ProjectMember','2016-06-11 13:29:13',1048,1007,1010,'Data analyst'),
(1031,'Laddr\\ProjectMember','2017-02-25 16:45:17',1047,1008,1012,'Founder'),
(1032,'Laddr\\ProjectMember','2018-08-11 22:48:40',1054,1010,1052,'Writer'),
(1033,'Laddr\\ProjectMember','2018-08-14 08:40:21',1045,1010,1062,NULL),
(1034,'Laddr\\ProjectMember','2018-08-06 12:17:29',1047,1010,1072,'Developer'),
(1035,'Laddr\\ProjectMember','2018-08-18 12:26:37',1069,1010,1004,'Writer'),
(1036,'Laddr\\ProjectMember','2018-08-13 17:35:08',1061,1010,1014,'Project manager'),
(1037,'Laddr\\ProjectMember','2018-08-18 22:52:00',1078,1010,1024,'Writer'),
(1038,'Laddr\\ProjectMember','2018-08-03 19:02:33',1034,1010,1034,'Designer'),
(1039,'Laddr\\ProjectMember','2019-05-11 23:36:06',1040,1011,1069,'Designer'),
(1040,'Laddr\\ProjectMember','2019-05-05 13:50:37',1054,1011,1075,'Writer'),
(1041,'Laddr\\ProjectMember','2019-05-08 07:43:57',1047,1011,1003,'Designer'),
(1042,'Laddr\\ProjectMember','2020-10-14 07:54:47',1076,1013,1018,'Project manager'),
(1043,'Laddr\\ProjectMember','2020-11-04 05:41:02',1065,1013,1054,'Founder'),
(1044,'Laddr\\ProjectMember','2021-07-20 01:24:42',1070,1014,1077,'Developer'),
(1045,'Laddr\\ProjectMember','2021-07-18 14:23:37',1055,1014,1011,'Data analyst'),
(1046,'Laddr\\ProjectMember','2021-07-22 00:16:52',1065,1014,1023,'Writer'),
(1047,'Laddr\\ProjectMember','2021-07-07 10:54:03',1024,1014,1035,NULL),
(1048,'Laddr\\ProjectMember','2021-07-14 03:10:52',1030,1014,1047,'Founder'),
(1049,'Laddr\\ProjectMember','2021-07-28 19:41:51',1016,1014,1059,'Designer'),
(1050,'Laddr\\ProjectMember','2022-04-09 16:43:10',1025,1015,1064,'Data analyst'),
(1051,'Laddr\\ProjectMember','2022-04-11 16:01:41',1074,1015,1065,'Data analyst'),
(1052,'Laddr\\ProjectMember','2022-12-16 06:54:46',1013,1016,1010,'Developer'),
(1053,'Laddr\\ProjectMember','2023-01-01 01:38:49',1034,1016,1027,'Developer'),
(1054,'Laddr\\ProjectMember','2023-01-14 15:47:35',1013,1016,1044,'Data analyst'),
(1055,'Laddr\\ProjectMember','2023-09-10 20:38:40',1035,1017,1016,'Writer'),
(1056,'Laddr\\ProjectMember','2023-09-13 22:30:14',1053,1017,1019,'Designer'),
(1057,'Laddr\\ProjectMember','2023-09-13 17:17:38',1037,1017,1022,'Project manager'),
(1058,'Laddr\\ProjectMember','2023-09-15 22:10:47',1051,1017,1025,'Project manager'),
(1059,'Laddr\\ProjectMember','2023-09-18 13:44:38',1006,1017,1028,NULL),
(1060,'Laddr\\ProjectMember','2023-09-13 14:00:56',1003,1017,1031,'Data analyst'),
(1061,'Laddr\\ProjectMember','2024-06-09 19:30:40',1047,1018,1020,'Writer'),
(1062,'Laddr\\ProjectMember','2024-06-26 14:32:47',1035,1018,1024,'Data analyst'),
(1063,'Laddr\\ProjectMember','2024-06-08 10:41:30',1053,1018,1028,'Data analyst'),
(1064,'Laddr\\ProjectMember','2024-06-13 18:06:41',1008,1018,1032,'Data analyst'),
(1065,'Laddr\\ProjectMember','2024-06-07 20:52:02',1074,1018,1036,'Project manager'),
(1066,'Laddr\\ProjectMember','2024-06-27 12:17:35',1026,1018,1040,'Developer'),
(1067,'Laddr\\ProjectMember','2024-06-28 08:05:51',1067,1018,1044,NULL),
(1068,'Laddr\\ProjectMember','2025-03-05 15:22:43',1074,1019,1036,'Writer');
/*!40000 ALTER TABLE `project_members` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `project_updates`
--

DROP TABLE IF EXISTS `project_updates`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `project_updates` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Laddr\\ProjectUpdate') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `ProjectID` int(10) unsigned NOT NULL,
  `Number` int(10) unsigned NOT NULL,
  `Body` text NOT NULL,
  PRIMARY KEY (`ID`),
  KEY `ProjectID` (`ProjectID`)
) ENGINE=MyISAM AUTO_INCREMENT=1027 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `project_updates`
--

LOCK TABLES `project_updates` WRITE;
/*!40000 ALTER TABLE `project_updates` DISABLE KEYS */;
INSERT INTO `project_updates` VALUES
(1,'Laddr\\ProjectUpdate','2019-01-02 03:04:05',2,NULL,NULL,1,1,'Today we set up sample data to add to the project repository'),
(101,'Laddr\\ProjectUpdate','2019-01-02 03:04:05',NULL,NULL,NULL,110,7,'We met and wrote code.'),
(102,'Laddr\\ProjectUpdate','2019-01-02 03:04:05',NULL,NULL,NULL,110,7,'We met and wrote code.'),
(103,'Laddr\\ProjectUpdate','2019-01-02 03:04:05',NULL,NULL,NULL,2000000000,1,'We met and wrote code.'),
(104,'Laddr\\ProjectUpdate','2019-01-02 03:04:05',NULL,NULL,NULL,110,8,''),
(105,'Laddr\\ProjectUpdate','2019-01-02 03:04:05',NULL,NULL,NULL,110,0,'We met and wrote code.'),
(1001,'Laddr\\ProjectUpdate','2012-01-05 04:42:20',1004,'2012-10-09 02:43:31',1055,1001,1,'## Bright Library Vote\r\n\r\nThe simple vote sorts every dataset. The simple signal sorts every address while the quick bridge compares every shelter. The local neighbor lists every tree.\r\n\r\nThe public market shows every budget because the simple street maps every signal. The shared signal shows every map and the quick shelter translates every clinic. The quiet tree translates every market.\r\n\r\n[dataset](https://signal.example.org/781)'),
(1002,'Laddr\\ProjectUpdate','2012-01-23 14:37:38',1023,'2012-09-27 11:29:48',1072,1001,2,'## Daily Crosswalk Record\r\n\r\nThe open report maps every report.\r\n\r\n[bus](https://market.example.org/156)'),
(1003,'Laddr\\ProjectUpdate','2012-01-20 12:56:30',1018,'2012-09-11 12:51:07',1019,1001,3,'## Local Bridge Market\r\n\r\nThe small station lists every address so the honest record lists every clinic. The public market maps every street because the local crosswalk lists every map. The quick budget shows every survey when the quick record draws every shelter.\r\n\r\n[vote](https://budget.example.org/12)'),
(1004,'Laddr\\ProjectUpdate','2012-01-23 18:54:19',1004,NULL,NULL,1001,4,'## Open School Shelter\r\n\r\nThe shared meeting draws every bus. The quiet vote draws every bridge. The quiet permit lists every station because the simple meeting translates every permit.\r\n\r\nThe small survey collects every garden. The quick sensor draws every map so the small signal collects every tree. The shared map checks every signal because the simple map collects every permit.\r\n\r\n- The daily bus compares every crosswalk until the quick bridge compares every shelter.\r\n- The small library tracks every neighbor until the quiet clinic explains every market.\r\n\r\n[meeting](https://river.example.org/639)'),
(1005,'Laddr\\ProjectUpdate','2013-07-02 03:37:03',1066,'2014-03-04 13:45:12',1012,1003,1,'## Simple Station Budget\r\n\r\nThe friendly permit explains every sensor.\r\n\r\n- The honest bus translates every survey.\r\n- The small vote sorts every garden; it\'s \"bright\" enough.\r\n\r\n[address](https://station.example.org/260)'),
(1006,'Laddr\\ProjectUpdate','2013-07-12 16:45:50',1028,NULL,NULL,1003,2,'## Bright Budget Clinic\r\n\r\nThe quiet meeting shows every crosswalk so the simple vote translates every council. The friendly record lists every crosswalk. The quick dataset compares every permit until the daily school compares every station.\r\n\r\nThe honest survey checks every sensor. The shared tree translates every budget when the honest shelter checks every bus. The daily bus sorts every meeting; it\'s \"friendly\" enough.'),
(1007,'Laddr\\ProjectUpdate','2015-08-30 20:11:05',1061,'2016-05-16 14:17:03',1036,1006,1,'## Shared Bridge Address\r\n\r\nThe quiet shelter sorts every map.\r\n\r\nThe open street sorts every school. The local market draws every signal; it\'s \"shared\" enough. The quiet tree sorts every sensor until the quick crosswalk sorts every signal.'),
(1008,'Laddr\\ProjectUpdate','2015-08-28 13:02:59',1017,NULL,NULL,1006,2,'## Bright Market Sensor\r\n\r\nThe small dataset tracks every permit. The local report counts every library.\r\n\r\nThe bright clinic compares every dataset. The bright permit shows every permit and the quick sensor lists every address.'),
(1009,'Laddr\\ProjectUpdate','2015-09-21 05:03:28',1075,NULL,NULL,1006,3,'## Honest Meeting River\r\n\r\nThe quick meeting shows every vote so the public permit lists every tree.\r\n\r\nThe public bridge sorts every shelter and the open council compares every map.\r\n\r\n- The friendly permit checks every market because the bright shelter maps every garden.\r\n- The small clinic tracks every market while the shared garden tracks every vote.\r\n\r\n[garden](https://budget.example.org/545)'),
(1010,'Laddr\\ProjectUpdate','2015-09-10 13:48:29',1059,NULL,NULL,1006,4,'## Bright Map Address\r\n\r\nThe bright permit checks every garden; it\'s \"simple\" enough.\r\n\r\nThe open budget counts every tree. The small permit lists every park.\r\n\r\n- The public record collects every budget.\r\n- The quick library lists every station.'),
(1011,'Laddr\\ProjectUpdate','2015-08-29 07:16:53',1076,'2016-06-02 08:03:43',1061,1006,5,'## Quiet Meeting Library\r\n\r\nThe quick street counts every market while the local river collects every school.\r\n\r\nThe quiet shelter collects every budget so the bright river translates every tree. The open meeting lists every survey.\r\n\r\n- The friendly address explains every station; it\'s \"bright\" enough.\r\n- The simple permit translates every river; it\'s \"honest\" enough.\r\n\r\n[report](https://bus.example.org/984)'),
(1012,'Laddr\\ProjectUpdate','2017-02-11 07:49:42',1027,'2017-11-13 16:23:12',1074,1008,1,'## Open Dataset Market\r\n\r\nThe honest park shows every garden so the bright station counts every bus.'),
(1013,'Laddr\\ProjectUpdate','2017-03-11 19:53:22',1046,'2017-11-15 02:15:58',1007,1008,2,'## Small Report Crosswalk\r\n\r\nThe shared clinic maps every budget. The quiet report explains every crosswalk; it\'s \"open\" enough.'),
(1014,'Laddr\\ProjectUpdate','2017-11-19 12:28:49',1015,'2018-07-21 07:20:03',1039,1009,1,'## Local Budget Sensor\r\n\r\nThe open garden shows every survey.\r\n\r\nThe local market checks every school.\r\n\r\n- The quick map maps every report so the shared vote lists every shelter.\r\n- The honest neighbor translates every budget when the small river counts every meeting.'),
(1015,'Laddr\\ProjectUpdate','2017-11-29 01:29:18',1052,NULL,NULL,1009,2,'## Honest Garden Signal\r\n\r\nThe bright dataset translates every council; it\'s \"quick\" enough. The small library draws every dataset. The quick school explains every map.\r\n\r\nThe daily garden compares every address.\r\n\r\n- The quick garden sorts every river.\r\n- The honest tree checks every garden.'),
(1016,'Laddr\\ProjectUpdate','2020-01-31 14:00:58',1038,NULL,NULL,1012,1,'## Simple School Shelter\r\n\r\nThe friendly survey shows every vote so the shared dataset explains every garden. The quiet river tracks every market while the small record explains every vote. The daily library shows every sensor so the quick neighbor sorts every permit.'),
(1017,'Laddr\\ProjectUpdate','2020-01-17 16:16:56',1004,NULL,NULL,1012,2,'## Quiet Street Library\r\n\r\nThe quick street checks every river so the local permit maps every crosswalk.'),
(1018,'Laddr\\ProjectUpdate','2022-04-19 05:46:23',1071,'2022-12-04 22:42:19',1034,1015,1,'## Quick Tree Council\r\n\r\nThe public clinic shows every permit while the public report compares every address.'),
(1019,'Laddr\\ProjectUpdate','2022-04-12 18:02:14',1015,NULL,NULL,1015,2,'## Small Dataset Clinic\r\n\r\nThe simple bridge shows every street. The open street maps every council until the friendly vote explains every dataset.'),
(1020,'Laddr\\ProjectUpdate','2023-10-06 20:54:19',1011,NULL,NULL,1017,1,'## Honest Report Meeting\r\n\r\nThe open park lists every permit. The shared crosswalk translates every crosswalk so the honest meeting tracks every meeting.\r\n\r\nThe local meeting lists every permit. The public street maps every permit because the small permit shows every clinic.\r\n\r\n[bridge](https://garden.example.org/995)'),
(1021,'Laddr\\ProjectUpdate','2023-09-15 13:09:40',1065,NULL,NULL,1017,2,'## Simple Bridge Market\r\n\r\nThe simple sensor checks every crosswalk. The simple market counts every street. The friendly tree draws every survey.\r\n\r\nThe honest budget explains every river until the friendly clinic counts every market. The open shelter shows every park because the daily station sorts every crosswalk. The daily garden tracks every report.\r\n\r\n- The quick clinic counts every bridge.\r\n- The small shelter sorts every river while the friendly permit shows every signal.'),
(1022,'Laddr\\ProjectUpdate','2024-06-24 22:28:55',1042,NULL,NULL,1018,1,'## Honest School Street\r\n\r\nThe local tree compares every bus.\r\n\r\nThe honest tree tracks every river.'),
(1023,'Laddr\\ProjectUpdate','2024-06-30 23:30:26',1037,NULL,NULL,1018,2,'## Public Record School\r\n\r\nThe local council draws every shelter.\r\n\r\n- The daily crosswalk collects every clinic.\r\n- The simple record tracks every dataset so the shared station checks every council.'),
(1024,'Laddr\\ProjectUpdate','2025-03-17 23:48:33',1013,NULL,NULL,1019,1,'## Simple Meeting Report\r\n\r\nThe open park explains every tree. The quick address collects every station when the simple map collects every bus.'),
(1025,'Laddr\\ProjectUpdate','2025-03-23 18:17:33',1068,NULL,NULL,1019,2,'## Quiet Sensor Signal\r\n\r\nThe friendly survey shows every sensor until the bright market shows every station.\r\n\r\nThe daily bridge compares every shelter. The bright park collects every signal. The simple budget draws every park and the public bridge maps every council.'),
(1026,'Laddr\\ProjectUpdate','2025-03-12 04:05:00',1024,NULL,NULL,1019,3,'## Open Budget Neighbor\r\n\r\nThe honest garden collects every park; it\'s \"open\" enough. The small bridge shows every bridge so the simple signal collects every market.\r\n\r\nThe small clinic compares every bus. The shared market tracks every shelter. The local dataset draws every clinic.\r\n\r\n[school](https://tree.example.org/673)');
/*!40000 ALTER TABLE `project_updates` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `projects`
--

DROP TABLE IF EXISTS `projects`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `projects` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Laddr\\Project') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Modified` timestamp NULL DEFAULT NULL,
  `ModifierID` int(10) unsigned DEFAULT NULL,
  `Title` varchar(255) NOT NULL,
  `Handle` varchar(255) NOT NULL,
  `MaintainerID` int(10) unsigned DEFAULT NULL,
  `UsersUrl` varchar(255) DEFAULT NULL,
  `DevelopersUrl` varchar(255) DEFAULT NULL,
  `README` text DEFAULT NULL,
  `NextUpdate` int(10) unsigned NOT NULL DEFAULT 1,
  `Stage` enum('Commenting','Bootstrapping','Prototyping','Testing','Maintaining','Drifting','Hibernating') NOT NULL DEFAULT 'Commenting',
  `ChatChannel` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Handle` (`Handle`)
) ENGINE=MyISAM AUTO_INCREMENT=1020 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `projects`
--

LOCK TABLES `projects` WRITE;
/*!40000 ALTER TABLE `projects` DISABLE KEYS */;
INSERT INTO `projects` VALUES
(1,'Laddr\\Project','2022-10-05 00:41:02',2,'2022-10-05 00:41:20',2,'Laddr','laddr',2,'http://codeforphilly.github.io/laddr/','https://github.com/CodeForPhilly/laddr',NULL,2,'Maintaining','laddr'),
(101,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project_101',NULL,NULL,NULL,NULL,1,'Testing',NULL),
(102,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project_102',2000000000,NULL,NULL,NULL,1,'Testing',NULL),
(103,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project_103',2,NULL,NULL,NULL,1,'',NULL),
(104,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project_104',2,'http://maps.example.org','code.example.org/maps',NULL,1,'Testing',NULL),
(105,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project_105',2,'javascript:alert(1)','mailto:dev@example.org',NULL,1,'Testing',NULL),
(106,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project_106',2,NULL,NULL,'Fixed in 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12, see the log.',1,'Testing',NULL),
(107,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','a_very_long_handle_a_very_long_handle_a_very_long_handle_a_very_long_handle_a_very_long_handle_a_very_long_handle_a_very_long_handle_a_very_long_handle_a_very_long_handle_a_very_long_handle_a_very_long_handle_a_very_long_handle_a_very_long_handle_',2,NULL,NULL,NULL,1,'Testing',NULL),
(108,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','311',2,NULL,NULL,NULL,1,'Testing',NULL),
(109,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','food-map',2,NULL,NULL,NULL,1,'Testing',NULL),
(110,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','Food Map',2,NULL,NULL,NULL,1,'Testing',NULL),
(111,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','!!!',2,NULL,NULL,NULL,1,'Testing',NULL),
(112,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project-111',2,NULL,NULL,NULL,1,'Testing',NULL),
(113,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'','project_113',2,NULL,NULL,NULL,1,'Testing',NULL),
(114,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project_114',2,NULL,NULL,NULL,1,'Testing','#food map'),
(115,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project_115',2,NULL,NULL,'A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. A paragraph of the manual. ',1,'Testing',NULL),
(116,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'A project','project_116',2,NULL,NULL,'it\'s \"quoted\"; -- not a comment\r\n/* nor this */ \\\' \\n \\\\ DROP TABLE `people`;\n\');',1,'Testing',NULL),
(117,'Laddr\\Project','2019-01-02 03:04:05',NULL,NULL,NULL,'Tagged','project_117',2,NULL,NULL,NULL,1,'Testing',NULL),
(1001,'Laddr\\Project','2012-01-11 13:25:10',1009,'2012-09-11 23:54:25',1077,'Friendly Map Park','Friendly-map-park_1',NULL,NULL,'https://code.example.com/friendly-map-park-1','## Shared Park Station\r\n\r\nThe friendly sensor compares every council. The quiet river sorts every meeting; it\'s \"daily\" enough. The public river draws every street.\r\n\r\nThe friendly market draws every sensor; it\'s \"local\" enough.',5,'Prototyping','friendly-map-park'),
(1002,'Laddr\\Project','2012-10-08 23:35:44',1072,NULL,NULL,'Open Clinic Address','open-clinic-address_2',NULL,'https://open-clinic-address.example.org/',NULL,'## Local School Report\r\n\r\nThe local record checks every park because the quiet tree shows every record. The local bridge translates every school so the daily park checks every permit.\r\n\r\nThe quiet report lists every dataset. The shared report maps every library.\r\n\r\n- The friendly clinic checks every station.\r\n- The bright neighbor draws every clinic.',1,'Testing',NULL),
(1003,'Laddr\\Project','2013-06-17 20:57:23',1053,NULL,NULL,'Small Clinic Neighbor','small_clinic_neighbor_3',1011,'https://small-clinic-neighbor.example.org/',NULL,'## Quiet Station Street\r\n\r\nThe bright bridge checks every report; it\'s \"small\" enough. The simple address maps every market and the local library checks every market.',3,'Testing','small-clinic-neighbo'),
(1004,'Laddr\\Project','2014-03-20 00:34:09',1019,'2014-12-06 11:25:16',1028,'Daily Record Meeting','daily_record_meeting_4',1063,'https://daily-record-meeting.example.org/','https://code.example.com/daily-record-meeting-4',NULL,1,'Maintaining','daily-record-meeting'),
(1005,'Laddr\\Project','2014-12-16 21:06:34',1002,NULL,NULL,'Open Council Signal','open_council_signal_5',1003,'http://open-council-signal.example.org/',NULL,NULL,1,'Drifting','open-council-signal'),
(1006,'Laddr\\Project','2015-09-20 21:02:31',1054,'2016-06-02 14:59:22',1025,'Shared Address River','shared_address_river_6',1046,'https://shared-address-river.example.org/','https://code.example.com/shared-address-river-6','## Friendly Street Tree\r\n\r\nThe friendly bridge sorts every dataset until the public garden lists every market.\r\n\r\nThe shared market sorts every crosswalk.\r\n\r\nThe open map checks every station until the small bus lists every river.',6,'Drifting','shared-address-river'),
(1007,'Laddr\\Project','2016-06-18 21:54:58',1006,NULL,NULL,'Bright Neighbor Crosswalk','bright_neighbor_crosswalk_7',1028,NULL,'https://code.example.com/bright-neighbor-crosswalk-7','## Quiet Vote Signal\r\n\r\nThe bright neighbor tracks every record. The simple crosswalk tracks every crosswalk and the bright market sorts every sensor.\r\n\r\nThe open dataset checks every bus. The public dataset explains every sensor while the public shelter counts every vote. The open garden explains every vote.\r\n\r\nThe quick school counts every neighbor; it\'s \"friendly\" enough. The quiet station explains every tree. The open meeting tracks every garden.\r\n\r\n- The local meeting lists every shelter.\r\n- The simple clinic translates every shelter.',1,'Hibernating',NULL),
(1008,'Laddr\\Project','2017-02-11 17:52:50',1057,'2017-10-30 13:04:14',1047,'Friendly Report Record','friendly-report-record_8',1030,'http://friendly-report-record.example.org/','https://code.example.com/friendly-report-record-8','## Quiet Station Library\r\n\r\nThe shared permit lists every dataset. The honest sensor tracks every bus. The quick tree compares every clinic while the bright vote explains every budget.\r\n\r\nThe quiet record collects every map.\r\n\r\n- The friendly bus shows every map.\r\n- The small vote checks every tree when the shared sensor shows every market.\r\n\r\n[council](https://neighbor.example.org/314)',3,'Hibernating',NULL),
(1009,'Laddr\\Project','2017-11-11 02:50:28',1078,'2018-08-08 18:32:35',1015,'Daily Budget Vote','daily-budget-vote_9',1077,'http://daily-budget-vote.example.org/','https://code.example.com/daily-budget-vote-9','## Shared Station Library\r\n\r\nThe bright garden translates every market. The friendly neighbor explains every shelter while the open record translates every record.\r\n\r\nThe friendly permit translates every budget. The quick garden shows every budget; it\'s \"honest\" enough.\r\n\r\n- The simple tree draws every neighbor when the small market checks every budget.\r\n- The simple river tracks every record and the local garden checks every dataset.\r\n\r\n[neighbor](https://permit.example.org/784)',3,'Testing','daily-budget-vote'),
(1010,'Laddr\\Project','2018-08-17 00:19:09',1054,'2019-04-11 13:05:10',1076,'Open Council Park','open-council-park_10',1066,'http://open-council-park.example.org/','https://code.example.com/open-council-park-10','## Public Crosswalk Budget\r\n\r\nThe daily street tracks every market and the daily street compares every budget. The friendly council sorts every address.\r\n\r\n- The friendly street translates every budget.\r\n- The local dataset collects every report.\r\n\r\n[bus](https://vote.example.org/958)',1,'Drifting','open-council-park'),
(1011,'Laddr\\Project','2019-05-17 07:14:46',1071,'2020-01-27 05:09:49',1009,'Quiet Address Station','Quiet_address_station_11',1047,'http://quiet-address-station.example.org/','https://code.example.com/quiet-address-station-11','## Public Vote Station\r\n\r\nThe bright bus lists every map. The public street collects every meeting until the simple budget maps every permit.\r\n\r\nThe daily sensor tracks every bridge. The daily neighbor counts every vote. The small shelter collects every signal so the local shelter compares every crosswalk.\r\n\r\n- The simple neighbor lists every station when the simple record draws every address.\r\n- The quick tree draws every street.',1,'Commenting','quiet-address-statio'),
(1012,'Laddr\\Project','2020-02-11 05:31:37',1015,NULL,NULL,'Shared Market Station','shared-market-station_12',1078,'https://shared-market-station.example.org/','https://code.example.com/shared-market-station-12','## Bright Signal Budget\r\n\r\nThe honest garden explains every station. The local park maps every sensor.\r\n\r\n- The quick bus shows every clinic; it\'s \"shared\" enough.\r\n- The friendly signal sorts every council.',3,'Maintaining',NULL),
(1013,'Laddr\\Project','2020-10-26 00:36:56',1046,'2021-07-02 20:01:33',1058,'Open Map Neighbor','open_map_neighbor_13',1003,NULL,NULL,'## Quick Clinic Tree\r\n\r\nThe quick budget collects every meeting because the daily market tracks every address. The quiet budget maps every dataset; it\'s \"small\" enough.',1,'Bootstrapping',NULL),
(1014,'Laddr\\Project','2021-06-30 19:00:49',1031,'2022-03-22 09:38:15',1018,'Small Shelter Garden','small-shelter-garden_14',1001,NULL,'https://code.example.com/small-shelter-garden-14','## Friendly Budget School\r\n\r\nThe local address shows every signal.\r\n\r\nThe honest bridge maps every street while the quick tree tracks every dataset. The local neighbor draws every survey until the quiet neighbor shows every survey. The public garden checks every budget.',1,'Bootstrapping','small-shelter-garden'),
(1015,'Laddr\\Project','2022-03-27 08:24:20',1015,'2022-12-07 15:58:05',1062,'Local Budget Budget','local-budget-budget_15',1018,NULL,NULL,'## Quiet Sensor Park\r\n\r\nThe open survey collects every budget.\r\n\r\nThe shared river shows every bridge. The quiet bridge lists every signal. The bright budget sorts every dataset.\r\n\r\n- The quick station draws every library while the local clinic compares every sensor.\r\n- The open sensor lists every neighbor.',3,'Hibernating',NULL),
(1016,'Laddr\\Project','2023-01-07 22:12:55',1078,NULL,NULL,'Simple Permit Signal','simple-permit-signal_16',NULL,'https://simple-permit-signal.example.org/','https://code.example.com/simple-permit-signal-16','## Shared Vote River\r\n\r\nThe public permit shows every address.\r\n\r\nThe friendly clinic shows every council so the honest market sorts every street.\r\n\r\n- The daily council maps every council.\r\n- The quiet signal maps every bus because the quick tree checks every market.\r\n\r\n[bridge](https://vote.example.org/138)',1,'Prototyping',NULL),
(1017,'Laddr\\Project','2023-09-29 15:05:17',1069,NULL,NULL,'Public Shelter Budget','Public_shelter_budget_17',1025,NULL,NULL,NULL,3,'Drifting','public-shelter-budge'),
(1018,'Laddr\\Project','2024-06-30 14:52:00',1044,NULL,NULL,'Honest Crosswalk Signal','Honest-crosswalk-signal_18',1061,'http://honest-crosswalk-signal.example.org/',NULL,'## Small Market Report\r\n\r\nThe friendly record explains every dataset.\r\n\r\nThe quick station explains every bus.\r\n\r\nThe public meeting compares every crosswalk.\r\n\r\n- The small survey sorts every station.\r\n- The quiet tree lists every record because the open garden collects every crosswalk.\r\n\r\n[map](https://meeting.example.org/37)',3,'Prototyping',NULL),
(1019,'Laddr\\Project','2025-03-17 17:33:14',1071,'2025-12-01 17:05:55',1058,'Public Sensor Survey','public_sensor_survey_19',NULL,'http://public-sensor-survey.example.org/','https://code.example.com/public-sensor-survey-19','## Friendly Park Tree\r\n\r\nThe public record lists every address. The simple dataset maps every sensor when the shared council counts every crosswalk. The small neighbor explains every budget so the friendly bridge tracks every record.\r\n\r\nThe friendly shelter explains every report.\r\n\r\nThe bright neighbor counts every market; it\'s \"bright\" enough.',4,'Prototyping',NULL);
/*!40000 ALTER TABLE `projects` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `redirects`
--

DROP TABLE IF EXISTS `redirects`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `redirects` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\Redirects\\Redirect') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `From` varchar(255) NOT NULL,
  `To` varchar(255) NOT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `From` (`From`)
) ENGINE=MyISAM AUTO_INCREMENT=1003 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `redirects`
--

LOCK TABLES `redirects` WRITE;
/*!40000 ALTER TABLE `redirects` DISABLE KEYS */;
INSERT INTO `redirects` VALUES
(101,'Emergence\\Redirects\\Redirect','2019-01-02 03:04:05',NULL,'old-laddr','projects/laddr'),
(102,'Emergence\\Redirects\\Redirect','2019-01-02 03:04:05',NULL,'/hack/night/','/projects?tag=topic.transit'),
(103,'Emergence\\Redirects\\Redirect','2019-01-02 03:04:05',NULL,'paper','https://paper.example.com/'),
(104,'Emergence\\Redirects\\Redirect','2019-01-02 03:04:05',NULL,'run','javascript:alert(1)'),
(105,'Emergence\\Redirects\\Redirect','2019-01-02 03:04:05',NULL,'round','about'),
(106,'Emergence\\Redirects\\Redirect','2019-01-02 03:04:05',NULL,'about','round'),
(107,'Emergence\\Redirects\\Redirect','2019-01-02 03:04:05',NULL,'','projects'),
(108,'Emergence\\Redirects\\Redirect','2019-01-02 03:04:05',NULL,'boss','people/TamsinOkvar'),
(109,'Emergence\\Redirects\\Redirect','2019-01-02 03:04:05',NULL,'start',''),
(1001,'Emergence\\Redirects\\Redirect','2012-01-13 16:20:43',1041,'short/1','projects/open_map_neighbor_13'),
(1002,'Emergence\\Redirects\\Redirect','2018-12-27 12:19:48',1036,'short/2','projects/small-shelter-garden_14');
/*!40000 ALTER TABLE `redirects` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `sessions`
--

DROP TABLE IF EXISTS `sessions`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `sessions` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\People\\UserSession','Session') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Handle` char(32) NOT NULL,
  `LastRequest` timestamp NULL DEFAULT NULL,
  `LastIP` int(10) unsigned DEFAULT NULL,
  `PersonID` int(10) unsigned DEFAULT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Handle` (`Handle`)
) ENGINE=MyISAM AUTO_INCREMENT=1026 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `sessions`
--

LOCK TABLES `sessions` WRITE;
/*!40000 ALTER TABLE `sessions` DISABLE KEYS */;
INSERT INTO `sessions` VALUES
(1001,'Emergence\\People\\UserSession','2018-12-14 08:02:27',1060,'fa1dee882000706331838dbb3ab0a4f2','2025-10-13 16:40:34',3652436246,1004),
(1002,'Emergence\\People\\UserSession','2019-01-05 21:31:23',1033,'91508b671704d3fd08843d0c1eaf2f1d','2025-10-09 19:42:52',1076464785,1054),
(1003,'Emergence\\People\\UserSession','2018-12-29 05:03:53',1004,'f0b5a589eb6bc256ec7c8105aec07f9a','2025-10-12 07:03:55',4271825272,1005),
(1004,'Emergence\\People\\UserSession','2018-12-20 12:46:49',1024,'c00907b5578150c26019c0c8876688e6','2025-10-27 11:13:28',128564675,1023),
(1005,'Emergence\\People\\UserSession','2018-12-30 13:31:37',1075,'94d17ad6af11b70033e6731a2e9c758e','2025-10-09 23:29:39',3297178792,1059),
(1006,'Emergence\\People\\UserSession','2018-12-16 17:53:04',1054,'504e9e60d222f94d2d1bc8510f988ff9','2025-10-11 09:28:28',2664522627,1057),
(1007,'Emergence\\People\\UserSession','2019-01-04 02:57:05',1037,'485f0a9b5c48775317653546f44ae32a','2025-10-18 14:41:35',141259887,1065),
(1008,'Emergence\\People\\UserSession','2019-01-08 00:56:35',1072,'05c4dc7ad1ef4995dc2505c5bcca6a09','2025-10-07 22:43:05',3871812331,1007),
(1009,'Emergence\\People\\UserSession','2018-12-15 00:46:18',1029,'57966ad97f2870a7e9cd005a832b97cb','2025-09-29 10:50:32',4011158412,1004),
(1010,'Emergence\\People\\UserSession','2018-12-29 04:47:27',1025,'742c97ffe3462a86cba60679f4ec2957','2025-10-10 10:57:09',207347977,1036),
(1011,'Emergence\\People\\UserSession','2018-12-21 22:38:54',1006,'d5bb0150e28931514b2cf35ccdc6365a','2025-10-06 07:03:29',1538716070,1019),
(1012,'Emergence\\People\\UserSession','2019-01-03 03:02:57',1028,'080a552e57d79c5797cea49aa0ecf734','2025-10-20 07:14:03',958750540,1018),
(1013,'Emergence\\People\\UserSession','2019-01-05 04:40:14',1078,'9202169d4ff50fc02a3735d7835a9fa4','2025-10-10 01:20:27',1164190059,1063),
(1014,'Emergence\\People\\UserSession','2019-01-03 21:49:56',1026,'aedca4acac36f78b527a35fb41b512d5','2025-10-04 11:16:18',3185430633,1061),
(1015,'Emergence\\People\\UserSession','2018-12-16 14:37:07',1056,'a384625791ea6ef77fe662d7c716e98d','2025-10-22 05:18:19',1647551926,1008),
(1016,'Emergence\\People\\UserSession','2018-12-23 19:41:31',1017,'f1a708cd76df1b3d17fd95409f0a7a30','2025-09-28 02:03:17',2225113263,1021),
(1017,'Emergence\\People\\UserSession','2019-01-02 00:40:56',1070,'638a637d8be246be8eb8a1f7ecabab32','2025-10-09 14:24:53',1672873468,1068),
(1018,'Emergence\\People\\UserSession','2018-12-17 10:36:46',1059,'a76b55ba3cd15f2387d76d5fae7dfb26','2025-10-11 00:35:37',901864801,1061),
(1019,'Emergence\\People\\UserSession','2018-12-11 03:15:27',1075,'ab8a5257ca8ea207dd175b3c23ee0140','2025-10-21 18:28:23',2674875164,1016),
(1020,'Emergence\\People\\UserSession','2018-12-19 19:43:10',1043,'ef981aada98641aaed4600d7049fbb3a','2025-10-14 17:36:21',4177293436,1025),
(1021,'Emergence\\People\\UserSession','2018-12-18 13:35:13',1073,'6ea223276fd96f896f31afaaf01f6a94','2025-10-25 11:21:48',3785202707,1043),
(1022,'Emergence\\People\\UserSession','2019-01-07 22:42:42',1038,'e7d23c31140a7fb46781b291ca8f9eaf','2025-10-22 12:06:53',3014764191,1016),
(1023,'Emergence\\People\\UserSession','2018-12-28 11:30:42',1076,'e4b158ce4e52530ad913a1c1e105b466','2025-10-01 07:41:49',3985785268,1033),
(1024,'Emergence\\People\\UserSession','2018-12-28 06:18:25',1007,'7158eaa408d116929237a37ecca549dc','2025-10-03 06:21:55',491111425,1012),
(1025,'Emergence\\People\\UserSession','2018-12-18 13:35:23',1048,'e94f15ba5e26d3a889d1b0b93a16ea0e','2025-10-21 19:16:47',674663105,1041);
/*!40000 ALTER TABLE `sessions` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `tag_items`
--

DROP TABLE IF EXISTS `tag_items`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `tag_items` (
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `ContextClass` varchar(255) DEFAULT NULL,
  `ContextID` int(11) DEFAULT NULL,
  `TagID` int(11) NOT NULL,
  UNIQUE KEY `TagItem` (`TagID`,`ContextClass`,`ContextID`),
  KEY `CONTEXT` (`ContextClass`,`ContextID`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `tag_items`
--

LOCK TABLES `tag_items` WRITE;
/*!40000 ALTER TABLE `tag_items` DISABLE KEYS */;
INSERT INTO `tag_items` VALUES
('2019-01-02 03:04:05',NULL,'Laddr\\Project',117,102),
('2019-01-02 03:04:05',NULL,'Laddr\\Project',117,104),
('2019-01-02 03:04:05',NULL,'Laddr\\Project',117,101),
('2019-01-02 03:04:05',NULL,'Laddr\\Project',1,2000000000),
('2019-01-02 03:04:05',NULL,'Laddr\\Project',2000000000,102),
('2019-01-02 03:04:05',NULL,'Vendor\\Widget',1,102),
('2019-01-02 03:04:05',NULL,NULL,NULL,102),
('2019-01-02 03:04:05',NULL,'Emergence\\Events\\Event',5,102),
('2019-01-02 03:04:05',NULL,'Emergence\\CMS\\AbstractContent',102,102),
('2019-01-02 03:04:05',NULL,'Emergence\\People\\Person',101,102),
('2019-01-02 03:04:05',NULL,'Person',101,102),
('2019-01-02 03:04:05',NULL,'Laddr\\ProjectBuzz',102,102),
('2012-01-30 03:11:13',1033,'Laddr\\Project',1001,1110),
('2012-01-15 11:48:39',1016,'Laddr\\Project',1001,1111),
('2012-01-07 23:38:43',1014,'Laddr\\Project',1001,1112),
('2012-09-28 13:36:27',1056,'Laddr\\Project',1002,1078),
('2012-10-04 21:59:36',1044,'Laddr\\Project',1002,1079),
('2012-10-17 02:03:52',1009,'Laddr\\Project',1002,1080),
('2013-07-10 15:03:26',1017,'Laddr\\Project',1003,1094),
('2013-07-08 13:43:07',1023,'Laddr\\Project',1003,1095),
('2013-06-19 15:17:48',1011,'Laddr\\Project',1003,1096),
('2013-07-07 04:03:57',1035,'Laddr\\Project',1003,1097),
('2013-07-04 21:34:22',1002,'Laddr\\Project',1003,1098),
('2014-03-28 06:32:50',1007,'Laddr\\Project',1004,1033),
('2014-03-13 01:34:42',1052,'Laddr\\Project',1004,1034),
('2014-12-03 04:45:58',1031,'Laddr\\Project',1005,1024),
('2014-12-18 00:09:24',1021,'Laddr\\Project',1005,1025),
('2014-12-27 16:57:03',1062,'Laddr\\Project',1005,1026),
('2014-12-12 03:18:11',1009,'Laddr\\Project',1005,1027),
('2015-09-09 07:55:58',1076,'Laddr\\Project',1006,1106),
('2015-09-03 10:35:44',1013,'Laddr\\Project',1006,1107),
('2015-09-01 05:39:13',1014,'Laddr\\Project',1006,1108),
('2016-05-31 05:52:20',1045,'Laddr\\Project',1007,1013),
('2016-06-06 08:07:40',1063,'Laddr\\Project',1007,1014),
('2016-06-06 02:11:02',1052,'Laddr\\Project',1007,1015),
('2017-02-27 20:51:43',1050,'Laddr\\Project',1008,1042),
('2017-03-02 09:14:50',1021,'Laddr\\Project',1008,1043),
('2017-11-27 08:11:41',1072,'Laddr\\Project',1009,1005),
('2017-11-05 00:29:32',1054,'Laddr\\Project',1009,1006),
('2017-11-04 15:01:12',1028,'Laddr\\Project',1009,1007),
('2017-12-01 05:56:30',1076,'Laddr\\Project',1009,1008),
('2017-11-23 12:05:19',1048,'Laddr\\Project',1009,1009),
('2018-07-30 20:14:30',1032,'Laddr\\Project',1010,1011),
('2018-07-29 11:17:36',1062,'Laddr\\Project',1010,1012),
('2019-05-02 11:11:11',1024,'Laddr\\Project',1011,1075),
('2019-05-18 19:04:03',1014,'Laddr\\Project',1011,1076),
('2019-05-07 16:28:53',1018,'Laddr\\Project',1011,1077),
('2019-05-06 07:18:37',1007,'Laddr\\Project',1011,1078),
('2020-01-23 21:01:04',1057,'Laddr\\Project',1012,1049),
('2020-02-09 21:22:44',1018,'Laddr\\Project',1012,1050),
('2020-10-17 23:36:02',1057,'Laddr\\Project',1013,1055),
('2020-10-30 21:23:37',1023,'Laddr\\Project',1013,1056),
('2020-11-03 16:25:59',1065,'Laddr\\Project',1013,1057),
('2020-10-28 14:17:37',1008,'Laddr\\Project',1013,1058),
('2021-07-21 07:19:31',1009,'Laddr\\Project',1014,1085),
('2021-07-20 01:30:12',1005,'Laddr\\Project',1014,1086),
('2021-07-20 15:14:20',1033,'Laddr\\Project',1014,1087),
('2022-04-15 17:14:31',1073,'Laddr\\Project',1015,1040),
('2022-04-02 01:42:54',1069,'Laddr\\Project',1015,1041),
('2022-04-11 09:22:21',1049,'Laddr\\Project',1015,1042),
('2022-12-21 05:36:23',1034,'Laddr\\Project',1016,1009),
('2023-01-07 06:38:51',1073,'Laddr\\Project',1016,1010),
('2023-10-01 19:24:59',1061,'Laddr\\Project',1017,1041),
('2023-10-05 12:57:26',1021,'Laddr\\Project',1017,1042),
('2023-09-09 17:48:41',1020,'Laddr\\Project',1017,1043),
('2023-09-16 06:18:32',1045,'Laddr\\Project',1017,1044),
('2023-09-18 05:01:14',1028,'Laddr\\Project',1017,1045),
('2024-06-09 03:21:43',1014,'Laddr\\Project',1018,1039),
('2024-06-23 00:09:47',1023,'Laddr\\Project',1018,1040),
('2024-06-08 17:21:44',1067,'Laddr\\Project',1018,1041),
('2024-06-12 23:55:08',1035,'Laddr\\Project',1018,1042),
('2025-03-21 14:54:17',1040,'Laddr\\Project',1019,1072),
('2025-03-15 02:04:45',1003,'Laddr\\Project',1019,1073),
('2025-03-17 06:09:13',1043,'Laddr\\Project',1019,1074),
('2012-01-06 09:37:45',1041,'Emergence\\People\\Person',1001,1059),
('2012-03-07 15:15:30',1052,'Emergence\\People\\Person',1002,1093),
('2012-03-25 10:32:44',1003,'Emergence\\People\\Person',1002,1094),
('2013-03-31 13:10:44',1007,'Emergence\\People\\Person',1008,1036),
('2013-04-26 03:40:08',1017,'Emergence\\People\\Person',1008,1037),
('2013-06-20 04:40:21',1067,'Emergence\\People\\Person',1009,1089),
('2013-06-21 20:18:37',1074,'Emergence\\People\\Person',1009,1090),
('2013-12-27 15:09:23',1016,'Emergence\\People\\Person',1012,1047),
('2014-04-30 20:12:28',1069,'Emergence\\People\\Person',1014,1100),
('2014-07-02 03:55:26',1012,'Emergence\\People\\Person',1015,1001),
('2015-04-04 06:07:44',1074,'Emergence\\People\\Person',1019,1002),
('2015-12-07 19:21:28',1037,'Emergence\\People\\Person',1023,1048),
('2015-12-14 16:06:25',1044,'Emergence\\People\\Person',1023,1049),
('2016-02-10 21:32:50',1076,'Emergence\\People\\Person',1024,1079),
('2016-04-09 08:24:12',1060,'Emergence\\People\\Person',1025,1042),
('2016-04-15 15:21:28',1044,'Emergence\\People\\Person',1025,1043),
('2016-06-14 01:46:30',1035,'Emergence\\People\\Person',1026,1061),
('2016-10-25 10:50:16',1006,'Emergence\\People\\Person',1028,1055),
('2016-11-05 02:42:06',1028,'Emergence\\People\\Person',1028,1056),
('2017-03-04 19:52:49',1059,'Emergence\\People\\Person',1030,1086),
('2017-03-10 17:16:58',1036,'Emergence\\People\\Person',1030,1087),
('2017-05-28 15:43:38',1056,'Emergence\\People\\Person',1031,1040),
('2017-09-28 23:31:31',1009,'Emergence\\People\\Person',1033,1011),
('2017-09-26 18:23:38',1014,'Emergence\\People\\Person',1033,1012),
('2018-01-22 23:18:09',1077,'Emergence\\People\\Person',1035,1013),
('2018-02-13 15:15:42',1044,'Emergence\\People\\Person',1035,1014),
('2018-04-02 17:42:23',1069,'Emergence\\People\\Person',1036,1036),
('2018-03-27 07:23:09',1072,'Emergence\\People\\Person',1036,1037),
('2018-06-05 09:52:13',1023,'Emergence\\People\\Person',1037,1095),
('2018-08-03 16:04:43',1059,'Emergence\\People\\Person',1038,1052),
('2018-08-02 12:19:07',1076,'Emergence\\People\\Person',1038,1053),
('2018-10-11 17:11:54',1029,'Emergence\\People\\Person',1039,1038),
('2018-10-25 21:42:28',1078,'Emergence\\People\\Person',1039,1039),
('2018-12-18 14:39:24',1073,'Emergence\\People\\Person',1040,1110),
('2019-06-30 10:01:53',1029,'Emergence\\People\\Person',1043,1064),
('2019-07-10 06:12:13',1067,'Emergence\\People\\Person',1043,1065),
('2019-09-06 21:36:19',1001,'Emergence\\People\\Person',1044,1034),
('2019-09-17 16:22:23',1021,'Emergence\\People\\Person',1044,1035),
('2020-01-09 22:08:02',1065,'Emergence\\People\\Person',1046,1090),
('2020-01-28 03:52:00',1059,'Emergence\\People\\Person',1046,1091),
('2020-05-26 13:53:20',1009,'Emergence\\People\\Person',1048,1016),
('2020-06-07 14:49:31',1043,'Emergence\\People\\Person',1048,1017),
('2020-08-03 12:46:23',1043,'Emergence\\People\\Person',1049,1106),
('2020-09-26 11:08:05',1026,'Emergence\\People\\Person',1050,1051),
('2020-10-15 15:19:40',1024,'Emergence\\People\\Person',1050,1052),
('2021-06-22 16:27:31',1019,'Emergence\\People\\Person',1054,1048),
('2021-08-21 01:58:18',1005,'Emergence\\People\\Person',1055,1024),
('2021-08-15 06:17:42',1077,'Emergence\\People\\Person',1055,1025),
('2022-03-21 04:59:46',1014,'Emergence\\People\\Person',1058,1023),
('2022-03-10 20:32:31',1025,'Emergence\\People\\Person',1058,1024),
('2022-05-18 14:15:54',1041,'Emergence\\People\\Person',1059,1049),
('2022-07-31 13:13:02',1048,'Emergence\\People\\Person',1060,1027),
('2022-10-01 07:30:00',1054,'Emergence\\People\\Person',1061,1023),
('2022-11-16 03:26:51',1030,'Emergence\\People\\Person',1062,1053),
('2022-11-30 06:00:14',1077,'Emergence\\People\\Person',1062,1054),
('2023-02-01 17:06:14',1027,'Emergence\\People\\Person',1063,1038),
('2023-04-16 16:36:56',1002,'Emergence\\People\\Person',1064,1027),
('2023-03-28 02:38:14',1039,'Emergence\\People\\Person',1064,1028),
('2023-12-18 12:37:27',1001,'Emergence\\People\\Person',1068,1018),
('2023-12-20 19:27:29',1029,'Emergence\\People\\Person',1068,1019),
('2024-02-13 04:21:58',1076,'Emergence\\People\\Person',1069,1086),
('2024-07-05 02:29:55',1011,'Emergence\\People\\Person',1071,1044),
('2024-09-12 15:50:23',1043,'Emergence\\People\\Person',1072,1041),
('2024-10-29 10:14:48',1057,'Emergence\\People\\Person',1073,1097),
('2024-10-29 13:30:07',1078,'Emergence\\People\\Person',1073,1098),
('2025-03-17 05:54:47',1001,'Emergence\\People\\Person',1075,1077),
('2025-08-09 13:37:06',1006,'Emergence\\People\\Person',1077,1037),
('2025-07-11 01:14:54',1049,'Emergence\\People\\Person',1077,1038),
('2025-09-20 12:58:14',1075,'Emergence\\People\\Person',1078,1060);
/*!40000 ALTER TABLE `tag_items` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `tags`
--

DROP TABLE IF EXISTS `tags`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `tags` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Tag') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Title` varchar(255) NOT NULL,
  `Handle` varchar(255) NOT NULL,
  `Description` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Handle` (`Handle`)
) ENGINE=MyISAM AUTO_INCREMENT=1113 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `tags`
--

LOCK TABLES `tags` WRITE;
/*!40000 ALTER TABLE `tags` DISABLE KEYS */;
INSERT INTO `tags` VALUES
(101,'Tag','2019-01-02 03:04:05',NULL,'transit','transit',NULL),
(102,'Tag','2019-01-02 03:04:05',NULL,'topic.transit','topic.transit',NULL),
(103,'Tag','2019-01-02 03:04:05',NULL,'topic.transit!','topic.transit!',NULL),
(104,'Tag','2019-01-02 03:04:05',NULL,'tech.node.js','tech.node.js',NULL),
(105,'Tag','2019-01-02 03:04:05',NULL,'.hidden','.hidden',NULL),
(106,'Tag','2019-01-02 03:04:05',NULL,'topic.','topic.',NULL),
(107,'Tag','2019-01-02 03:04:05',NULL,'event.2019','event.2019',NULL),
(108,'Tag','2019-01-02 03:04:05',NULL,'42','42',NULL),
(109,'Tag','2019-01-02 03:04:05',NULL,'C++','C++',NULL),
(110,'Tag','2019-01-02 03:04:05',NULL,'tech.C#','tech.C#',NULL),
(111,'Tag','2019-01-02 03:04:05',NULL,'tech.c','tech.c',NULL),
(1001,'Tag','2012-01-18 14:23:00',1044,'kotlin 1','tech.kotlin_1',NULL),
(1002,'Tag','2012-02-17 23:06:24',1059,'environment 2','topic.environment_2',NULL),
(1003,'Tag','2012-04-16 10:25:15',1052,'apps 3','event.apps_3',NULL),
(1004,'Tag','2012-06-03 03:11:14',1017,'typescript 4','tech.typescript_4',NULL),
(1005,'Tag','2012-07-23 04:55:05',1028,'water 5','topic.water_5',NULL),
(1006,'Tag','2012-08-26 09:11:31',1011,'datajam 6','event.datajam_6',NULL),
(1007,'Tag','2012-09-29 19:49:51',1003,'apps 7','event.apps_7',NULL),
(1008,'Tag','2012-11-16 14:13:06',1072,'justice 8','topic.justice_8',NULL),
(1009,'Tag','2013-01-03 09:05:38',1037,'arts 9','arts_9',NULL),
(1010,'Tag','2013-03-02 05:39:10',1044,'civicday 10','event.civicday_10',NULL),
(1011,'Tag','2013-04-05 07:38:22',1029,'ecocamp 11','ecocamp_11',NULL),
(1012,'Tag','2013-05-21 18:00:38',1015,'parks 12','parks_12',NULL),
(1013,'Tag','2013-07-14 18:06:17',1021,'justice 13','topic.justice_13',NULL),
(1014,'Tag','2013-08-17 23:10:23',1036,'codefest 14','event.codefest_14',NULL),
(1015,'Tag','2013-10-01 16:13:21',1031,'ecocamp 15','event.ecocamp_15',NULL),
(1016,'Tag','2013-11-23 18:39:47',1037,'php 16','tech.php_16',NULL),
(1017,'Tag','2013-12-30 09:31:33',1065,'energy 17','energy_17',NULL),
(1018,'Tag','2014-02-09 11:24:07',1045,'hackathon 18','event.hackathon_18',NULL),
(1019,'Tag','2014-03-25 10:57:27',1038,'justice 19','topic.justice_19',NULL),
(1020,'Tag','2014-06-01 18:11:24',1063,'safety 20','topic.safety_20',NULL),
(1021,'Tag','2014-07-01 08:25:58',1046,'budget 21','topic.budget_21',NULL),
(1022,'Tag','2014-08-27 22:35:30',1038,'parks 22','topic.parks_22',NULL),
(1023,'Tag','2014-10-16 03:47:07',1004,'ecocamp 23','event.ecocamp_23',NULL),
(1024,'Tag','2014-11-30 07:09:26',1007,'datajam 24','event.datajam_24',NULL),
(1025,'Tag','2015-01-12 05:45:30',1053,'django 25','tech.django_25',NULL),
(1026,'Tag','2015-02-11 17:00:51',1074,'node 26','tech.node_26',NULL),
(1027,'Tag','2015-03-29 17:12:48',1078,'php 27','tech.php_27',NULL),
(1028,'Tag','2015-06-01 02:19:25',1011,'food 28','topic.food_28',NULL),
(1029,'Tag','2015-07-03 22:41:01',1049,'environment 29','topic.environment_29',NULL),
(1030,'Tag','2015-08-17 02:26:10',1050,'housing 30','topic.housing_30',NULL),
(1031,'Tag','2015-10-01 12:55:59',1001,'codefest 31','event.codefest_31',NULL),
(1032,'Tag','2015-11-15 04:20:48',1060,'environment 32','topic.environment_32',NULL),
(1033,'Tag','2015-12-25 17:08:20',1007,'apps 33','event.apps_33',NULL),
(1034,'Tag','2016-03-01 21:40:21',1046,'environment 34','topic.environment_34',NULL),
(1035,'Tag','2016-04-06 14:02:17',1026,'health 35','topic.health_35',NULL),
(1036,'Tag','2016-05-11 12:01:27',1039,'hackathon 36','hackathon_36',NULL),
(1037,'Tag','2016-07-11 23:59:08',1067,'css 37','tech.css_37',NULL),
(1038,'Tag','2016-08-17 19:27:06',1072,'parks 38','topic.parks_38',NULL),
(1039,'Tag','2016-10-11 11:48:47',1002,'codefest 39','event.codefest_39',NULL),
(1040,'Tag','2016-11-10 21:32:25',1051,'arduino 40','tech.arduino_40',NULL),
(1041,'Tag','2016-12-17 16:12:16',1057,'typescript 41','tech.typescript_41',NULL),
(1042,'Tag','2017-02-02 16:41:48',1048,'housing 42','topic.housing_42',NULL),
(1043,'Tag','2017-03-22 00:55:41',1053,'civicday 43','event.civicday_43',NULL),
(1044,'Tag','2017-05-29 23:15:26',1004,'postgres 44','tech.postgres_44',NULL),
(1045,'Tag','2017-06-14 21:47:42',1072,'rust 45','tech.rust_45',NULL),
(1046,'Tag','2017-08-10 07:31:09',1064,'typescript 46','tech.typescript_46',NULL),
(1047,'Tag','2017-09-28 19:40:27',1074,'rails 47','tech.rails_47',NULL),
(1048,'Tag','2017-11-24 20:51:39',1048,'justice 48','topic.justice_48',NULL),
(1049,'Tag','2018-01-01 22:21:05',1044,'datajam 49','event.datajam_49',NULL),
(1050,'Tag','2018-02-14 09:33:16',1038,'rust 50','rust_50',NULL),
(1051,'Tag','2018-03-26 21:13:10',1021,'codefest 51','event.codefest_51',NULL),
(1052,'Tag','2018-05-22 05:43:49',1063,'codefest 52','event.codefest_52',NULL),
(1053,'Tag','2018-06-15 14:16:02',1041,'postgres 53','tech.postgres_53',NULL),
(1054,'Tag','2018-08-20 18:14:16',1059,'accessibility 54','topic.accessibility_54',NULL),
(1055,'Tag','2018-10-01 17:09:39',1057,'leaflet 55','tech.leaflet_55',NULL),
(1056,'Tag','2018-11-07 02:53:09',1058,'environment 56','topic.environment_56',NULL),
(1057,'Tag','2018-12-10 17:12:34',1060,'civicday 57','event.civicday_57',NULL),
(1058,'Tag','2019-02-17 17:07:59',1021,'civicday 58','event.civicday_58',NULL),
(1059,'Tag','2019-03-28 07:39:35',1054,'safety 59','topic.safety_59',NULL),
(1060,'Tag','2019-05-04 07:57:19',1053,'hackathon 60','event.hackathon_60',NULL),
(1061,'Tag','2019-06-22 11:36:39',1028,'education 61','education_61',NULL),
(1062,'Tag','2019-07-30 16:34:37',1056,'parks 62','topic.parks_62',NULL),
(1063,'Tag','2019-09-17 00:54:54',1039,'ecocamp 63','ecocamp_63',NULL),
(1064,'Tag','2019-11-02 08:48:14',1002,'justice 64','topic.justice_64',NULL),
(1065,'Tag','2019-12-19 19:12:58',1006,'typescript 65','tech.typescript_65',NULL),
(1066,'Tag','2020-01-29 18:46:10',1058,'mysql 66','tech.mysql_66',NULL),
(1067,'Tag','2020-03-06 14:58:40',1018,'sql 67','tech.sql_67',NULL),
(1068,'Tag','2020-05-05 16:51:01',1015,'civicday 68','event.civicday_68',NULL),
(1069,'Tag','2020-06-09 14:45:31',1069,'apps 69','apps_69',NULL),
(1070,'Tag','2020-08-10 16:41:14',1008,'civicday 70','civicday_70',NULL),
(1071,'Tag','2020-09-22 22:22:24',1014,'ruby 71','tech.ruby_71',NULL),
(1072,'Tag','2020-10-20 02:28:25',1002,'mysql 72','tech.mysql_72',NULL),
(1073,'Tag','2020-12-23 21:33:31',1026,'hackathon 73','event.hackathon_73',NULL),
(1074,'Tag','2021-02-06 02:19:26',1040,'justice 74','justice_74',NULL),
(1075,'Tag','2021-03-24 20:45:12',1051,'justice 75','topic.justice_75',NULL),
(1076,'Tag','2021-05-15 21:28:58',1009,'apps 76','apps_76',NULL),
(1077,'Tag','2021-06-14 20:59:39',1070,'ecocamp 77','event.ecocamp_77',NULL),
(1078,'Tag','2021-08-04 22:20:53',1016,'node 78','tech.node_78',NULL),
(1079,'Tag','2021-09-07 09:40:33',1047,'html 79','tech.html_79',NULL),
(1080,'Tag','2021-10-30 17:09:27',1059,'twilio 80','tech.twilio_80',NULL),
(1081,'Tag','2021-12-26 17:23:00',1045,'apps 81','event.apps_81',NULL),
(1082,'Tag','2022-01-15 20:17:38',1052,'transit 82','topic.transit_82',NULL),
(1083,'Tag','2022-03-23 08:24:15',1021,'twilio 83','twilio_83',NULL),
(1084,'Tag','2022-05-04 06:37:53',1003,'codefest 84','event.codefest_84',NULL),
(1085,'Tag','2022-06-14 05:05:59',1026,'swift 85','tech.swift_85',NULL),
(1086,'Tag','2022-07-22 17:14:59',1011,'parks 86','topic.parks_86',NULL),
(1087,'Tag','2022-09-20 14:38:05',1055,'react 87','tech.react_87',NULL),
(1088,'Tag','2022-11-03 23:29:14',1005,'html 88','tech.html_88',NULL),
(1089,'Tag','2022-12-19 10:30:37',1071,'accessibility 89','accessibility_89',NULL),
(1090,'Tag','2023-01-18 23:16:15',1015,'water 90','topic.water_90',NULL),
(1091,'Tag','2023-03-02 10:15:03',1011,'html 91','html_91',NULL),
(1092,'Tag','2023-04-24 23:50:55',1055,'environment 92','topic.environment_92',NULL),
(1093,'Tag','2023-06-06 18:46:51',1042,'ruby 93','ruby_93',NULL),
(1094,'Tag','2023-07-18 21:32:29',1015,'ecocamp 94','event.ecocamp_94',NULL),
(1095,'Tag','2023-08-29 04:48:45',1068,'ruby 95','ruby_95',NULL),
(1096,'Tag','2023-11-02 07:08:54',1021,'codefest 96','codefest_96',NULL),
(1097,'Tag','2023-12-19 17:54:25',1058,'apps 97','event.apps_97',NULL),
(1098,'Tag','2024-01-14 23:13:04',1068,'safety 98','topic.safety_98',NULL),
(1099,'Tag','2024-03-22 15:06:29',1060,'water 99','topic.water_99',NULL),
(1100,'Tag','2024-04-28 22:57:34',1030,'accessibility 100','topic.accessibility_100',NULL),
(1101,'Tag','2024-06-09 16:51:52',1075,'elections 101','topic.elections_101',NULL),
(1102,'Tag','2024-07-25 02:21:34',1022,'arts 102','topic.arts_102',NULL),
(1103,'Tag','2024-09-11 16:04:57',1042,'css 103','css_103',NULL),
(1104,'Tag','2024-10-25 01:41:41',1028,'education 104','topic.education_104',NULL),
(1105,'Tag','2024-12-17 09:31:07',1008,'ecocamp 105','event.ecocamp_105',NULL),
(1106,'Tag','2025-01-15 23:58:03',1020,'datajam 106','event.datajam_106',NULL),
(1107,'Tag','2025-03-13 20:26:55',1073,'hackathon 107','event.hackathon_107',NULL),
(1108,'Tag','2025-04-18 06:13:31',1007,'environment 108','topic.environment_108',NULL),
(1109,'Tag','2025-05-30 14:49:40',1069,'postgres 109','tech.postgres_109',NULL),
(1110,'Tag','2025-07-13 11:25:43',1035,'leaflet 110','tech.leaflet_110',NULL),
(1111,'Tag','2025-09-03 14:42:06',1067,'accessibility 111','topic.accessibility_111',NULL),
(1112,'Tag','2025-10-23 21:03:41',1061,'transit 112','topic.transit_112',NULL);
/*!40000 ALTER TABLE `tags` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `tokens`
--

DROP TABLE IF EXISTS `tokens`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `tokens` (
  `ID` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `Class` enum('Emergence\\People\\PasswordToken') NOT NULL,
  `Created` timestamp NOT NULL DEFAULT current_timestamp(),
  `CreatorID` int(11) DEFAULT NULL,
  `Handle` varchar(255) NOT NULL,
  `Expires` timestamp NULL DEFAULT NULL,
  `Used` timestamp NULL DEFAULT NULL,
  PRIMARY KEY (`ID`),
  UNIQUE KEY `Handle` (`Handle`)
) ENGINE=MyISAM AUTO_INCREMENT=1005 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `tokens`
--

LOCK TABLES `tokens` WRITE;
/*!40000 ALTER TABLE `tokens` DISABLE KEYS */;
INSERT INTO `tokens` VALUES
(1001,'Emergence\\People\\PasswordToken','2018-12-10 03:02:47',1062,'3afe837a54918375d6ec4ca11217b27c','2024-07-13 15:11:11',NULL),
(1002,'Emergence\\People\\PasswordToken','2018-12-25 12:38:57',1056,'5afb7a8fc4efe43e98a95c2577a5a605','2024-07-06 22:18:17',NULL),
(1003,'Emergence\\People\\PasswordToken','2018-12-20 18:01:19',1028,'8a005109cbcc69ffb9cb79aa588917f0','2024-07-19 14:11:46',NULL),
(1004,'Emergence\\People\\PasswordToken','2018-12-26 05:15:49',1058,'763de5da7ec8f3ba327760efad604de1','2024-07-26 09:10:48',NULL);
/*!40000 ALTER TABLE `tokens` ENABLE KEYS */;
UNLOCK TABLES;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-01-15 12:00:00
