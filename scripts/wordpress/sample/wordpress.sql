-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: wordpress
-- ------------------------------------------------------
-- Server version	8.0.36

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;

--
-- Table structure for table `wp_users`
--

DROP TABLE IF EXISTS `wp_users`;
CREATE TABLE `wp_users` (
  `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `user_login` varchar(60) NOT NULL DEFAULT '',
  `user_pass` varchar(255) NOT NULL DEFAULT '',
  `user_nicename` varchar(50) NOT NULL DEFAULT '',
  `user_email` varchar(100) NOT NULL DEFAULT '',
  `user_url` varchar(100) NOT NULL DEFAULT '',
  `user_registered` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `user_activation_key` varchar(255) NOT NULL DEFAULT '',
  `user_status` int(11) NOT NULL DEFAULT 0,
  `display_name` varchar(250) NOT NULL DEFAULT '',
  `spam` tinyint(2) NOT NULL DEFAULT 0,
  `deleted` tinyint(2) NOT NULL DEFAULT 0,
  PRIMARY KEY (`ID`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_users`
--

INSERT INTO `wp_users` VALUES (1,'ann.login','$P$BeNUMi7VJUifn4Vx4TpbCk0aYMrrdc0','ann','ann@example.org','https://ann.example.org/','2015-03-01 09:00:00','',0,'Ann',0,0),
(2,'ben@example.org','$wp$2y$10$GRSnI6jtYZ.7XMnRrY6ClOSZsNHvO3Jx6G2QSr3dHlJKpCe07oDnm','%e6%97%a5%e6%9c%ac','ben@example.org','ben, no address','0000-00-00 00:00:00','1576510218:$P$BactivationKeyOfBen0000000000000',0,'Ben',0,0),
(3,'spammer','$P$BspammerHashSpammerHashSpamme','spammer','spam@example.net','','2016-01-01 00:00:00','',0,'Buy now',1,0),
(4,'ann2','','Ann','','','0000-00-00 00:00:00','',0,'',0,0);

--
-- Table structure for table `wp_usermeta`
--

DROP TABLE IF EXISTS `wp_usermeta`;
CREATE TABLE `wp_usermeta` (
  `umeta_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `meta_key` varchar(255) DEFAULT NULL,
  `meta_value` longtext DEFAULT NULL,
  PRIMARY KEY (`umeta_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_usermeta`
--

INSERT INTO `wp_usermeta` VALUES (1,1,'nickname','Annie'),
(2,1,'first_name','Ann'),
(3,1,'last_name',''),
(4,1,'description','Writes to \"ann@example.org\".\nLikes boats.'),
(5,1,'wp_capabilities','a:1:{s:13:\"administrator\";b:1;}'),
(6,1,'session_tokens','a:1:{s:64:\"aa11bb22cc33dd44ee55ff66aa11bb22cc33dd44ee55ff66aa11bb22cc33dd44\";a:4:{s:2:\"ip\";s:9:\"192.0.2.7\";}}'),
(7,1,'nickname','A second nickname'),
(8,2,'nickname','ben'),
(9,3,'nickname','spam'),
(10,99,'nickname','nobody'),
(11,99,'rich_editing','true'),
(12,2,NULL,NULL),
(13,2,'_application_passwords','a:1:{i:0;a:2:{s:4:\"name\";s:5:\"phone\";s:8:\"password\";s:34:\"$P$BapplicationPassword00000000000\";}}');

--
-- Table structure for table `wp_options`
--

DROP TABLE IF EXISTS `wp_options`;
CREATE TABLE `wp_options` (
  `option_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `option_name` varchar(191) NOT NULL DEFAULT '',
  `option_value` longtext NOT NULL,
  `autoload` varchar(20) NOT NULL DEFAULT 'yes',
  PRIMARY KEY (`option_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_options`
--

INSERT INTO `wp_options` VALUES (1,'siteurl','http://example.org','yes'),
(2,'home','http://example.org','yes'),
(3,'blogname','Harbour','yes'),
(4,'blogdescription','News of the harbour','yes'),
(5,'permalink_structure','/%year%/%monthnum%/%day%/%postname%/','yes'),
(6,'category_base','','yes'),
(7,'tag_base','','yes'),
(8,'show_on_front','page','yes'),
(9,'page_on_front','8','yes'),
(10,'page_for_posts','0','yes'),
(11,'admin_email','ann@example.org','yes'),
(12,'auth_key','k3yOfTheMainSite000000000000000000','yes'),
(13,'nonce_salt','s4ltOfTheMainSite00000000000000000','yes'),
(14,'mailserver_pass','password','yes'),
(15,'_transient_feed_1','a:1:{s:4:\"rows\";a:0:{}}','yes'),
(16,'_site_transient_update_core','O:8:\"stdClass\":0:{}','yes'),
(17,'wp_user_roles','a:1:{s:13:\"administrator\";a:0:{}}','yes'),
(18,'rewrite_rules','a:1:{s:7:\"feed/?$\";s:18:\"index.php?feed=rss\";}','yes');

--
-- Table structure for table `wp_posts`
--

DROP TABLE IF EXISTS `wp_posts`;
CREATE TABLE `wp_posts` (
  `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `post_author` bigint(20) unsigned NOT NULL DEFAULT 0,
  `post_date` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_date_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_content` longtext NOT NULL,
  `post_title` text NOT NULL,
  `post_excerpt` text NOT NULL,
  `post_status` varchar(20) NOT NULL DEFAULT 'publish',
  `comment_status` varchar(20) NOT NULL DEFAULT 'open',
  `ping_status` varchar(20) NOT NULL DEFAULT 'open',
  `post_password` varchar(255) NOT NULL DEFAULT '',
  `post_name` varchar(200) NOT NULL DEFAULT '',
  `to_ping` text NOT NULL,
  `pinged` text NOT NULL,
  `post_modified` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_modified_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_content_filtered` longtext NOT NULL,
  `post_parent` bigint(20) unsigned NOT NULL DEFAULT 0,
  `guid` varchar(255) NOT NULL DEFAULT '',
  `menu_order` int(11) NOT NULL DEFAULT 0,
  `post_type` varchar(20) NOT NULL DEFAULT 'post',
  `post_mime_type` varchar(100) NOT NULL DEFAULT '',
  `comment_count` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`ID`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_posts`
--

INSERT INTO `wp_posts` VALUES (7,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','It\'s \"here\": <a href=\"http://example.org/about/\">us</a>\\\nSecond line','Hello world!','Hello','publish','open','open','','hello-world','','','2020-01-01 00:00:00','2020-01-01 00:00:00','',0,'http://example.org/?p=7',0,'post','',0),
(8,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','About us','About','','publish','open','open','','about','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=8',0,'page','',0),
(9,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Team','','publish','open','open','','team','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',8,'http://example.org/?p=9',2,'page','',0),
(10,2,'2020-01-02 05:00:00','2020-01-01 20:00:00','','日本','','publish','open','open','','%e6%97%a5%e6%9c%ac','','','2020-01-02 05:00:00','2020-01-01 20:00:00','',0,'http://example.org/?p=10',0,'post','',0),
(11,1,'2019-12-16 15:30:18','0000-00-00 00:00:00','','Hello again','','draft','open','open','','hello-world','','','2019-12-16 15:30:18','0000-00-00 00:00:00','',0,'http://example.org/?p=11',0,'post','',0),
(12,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','The harbour at night','Harbour','','inherit','open','open','','harbour','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',7,'http://example.org/?p=12',0,'attachment','image/jpeg',0),
(13,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Plan','','inherit','open','open','','plan','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',11,'http://example.org/?p=13',0,'attachment','application/pdf',0),
(14,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','','','inherit','open','open','','7-revision-v1','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',7,'http://example.org/?p=14',0,'revision','',0),
(15,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Members only','','publish','open','open','opensesameOpenSesame','members-only','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=15',0,'post','',0),
(16,1,'2031-01-01 00:00:00','2031-01-01 00:00:00','','Next year','','publish','open','open','','next-year','','','2031-01-01 00:00:00','2031-01-01 00:00:00','',0,'http://example.org/?p=16',0,'post','',0),
(17,1,'2031-01-01 00:00:00','2031-01-01 00:00:00','','Planned','','future','open','open','','planned','','','2031-01-01 00:00:00','2031-01-01 00:00:00','',0,'http://example.org/?p=17',0,'post','',0),
(18,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Private','','private','open','open','','private','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=18',0,'post','',0),
(19,1,'2020-02-02 00:00:00','0000-00-00 00:00:00','','Auto Draft','','auto-draft','open','open','','','','','2020-02-02 00:00:00','0000-00-00 00:00:00','',0,'http://example.org/?p=19',0,'post','',0),
(20,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Menu','','publish','open','open','','menu','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=20',0,'nav_menu_item','',0),
(21,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Soup','','publish','open','open','','soup','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=21',0,'recipe','',0),
(22,1,'2019-12-16 15:30:18','0000-00-00 00:00:00','','Draft soup','','draft','open','open','','','','','2019-12-16 15:30:18','0000-00-00 00:00:00','',0,'http://example.org/?p=22',0,'recipe','',0),
(23,3,'2019-12-16 15:30:18','2019-12-16 15:30:18','','By a spammer','','publish','open','open','','by-a-spammer','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=23',0,'post','',0),
(24,99,'0000-00-00 00:00:00','0000-00-00 00:00:00','','Nobody\'s','','publish','open','open','','nobodys','','','0000-00-00 00:00:00','0000-00-00 00:00:00','',0,'http://example.org/?p=24',0,'post','',0),
(25,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Trashed page','','trash','open','open','','about__trashed','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=25',0,'page','',0),
(26,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Below the trash','','publish','open','open','','below','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',25,'http://example.org/?p=26',0,'page','',0),
(27,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Team (jobs)','','publish','open','open','','team','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=27',0,'page','',0),
(28,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Loose file','','inherit','open','open','','loose-file','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=28',0,'attachment','text/plain',0),
(29,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Locked file','','inherit','open','open','','locked-file','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',15,'http://example.org/?p=29',0,'attachment','text/plain',0);

--
-- Table structure for table `wp_postmeta`
--

DROP TABLE IF EXISTS `wp_postmeta`;
CREATE TABLE `wp_postmeta` (
  `meta_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `post_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `meta_key` varchar(255) DEFAULT NULL,
  `meta_value` longtext DEFAULT NULL,
  PRIMARY KEY (`meta_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_postmeta`
--

INSERT INTO `wp_postmeta` VALUES (1,12,'_wp_attached_file','2019/12/harbour.jpg'),
(2,12,'_wp_attachment_image_alt','The harbour'),
(3,12,'_wp_attachment_metadata','a:2:{s:5:\"width\";i:640;s:4:\"file\";s:19:\"2019/12/harbour.jpg\";}'),
(4,7,'_thumbnail_id','12'),
(5,7,'_edit_lock','1576510218:1'),
(6,13,'_wp_attached_file','2019/12/plan.pdf'),
(7,99,'_thumbnail_id','12'),
(8,99,'_edit_last','1'),
(9,8,'_thumbnail_id','13'),
(10,21,'_thumbnail_id','12'),
(11,28,'_wp_attached_file','loose file.txt');

--
-- Table structure for table `wp_terms`
--

DROP TABLE IF EXISTS `wp_terms`;
CREATE TABLE `wp_terms` (
  `term_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(200) NOT NULL DEFAULT '',
  `slug` varchar(200) NOT NULL DEFAULT '',
  `term_group` bigint(10) NOT NULL DEFAULT 0,
  PRIMARY KEY (`term_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_terms`
--

INSERT INTO `wp_terms` VALUES (1,'Uncategorized','uncategorized',0),
(3,'Boats','boats',0),
(4,'Sail','sail',0),
(5,'Main menu','main-menu',0),
(6,'Dinghies','dinghies',0),
(7,'Boats','boats',0),
(8,'Red','red',0),
(9,'Lost','lost',0);

--
-- Table structure for table `wp_termmeta`
--

DROP TABLE IF EXISTS `wp_termmeta`;
CREATE TABLE `wp_termmeta` (
  `meta_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `term_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `meta_key` varchar(255) DEFAULT NULL,
  `meta_value` longtext DEFAULT NULL,
  PRIMARY KEY (`meta_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_termmeta`
--

INSERT INTO `wp_termmeta` VALUES (1,3,'product_count_product_cat','0');

--
-- Table structure for table `wp_term_taxonomy`
--

DROP TABLE IF EXISTS `wp_term_taxonomy`;
CREATE TABLE `wp_term_taxonomy` (
  `term_taxonomy_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `term_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `taxonomy` varchar(32) NOT NULL DEFAULT '',
  `description` longtext NOT NULL,
  `parent` bigint(20) unsigned NOT NULL DEFAULT 0,
  `count` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`term_taxonomy_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_term_taxonomy`
--

INSERT INTO `wp_term_taxonomy` VALUES (1,1,'category','',0,1),
(3,3,'category','All boats',0,1),
(4,4,'post_tag','',0,1),
(5,5,'nav_menu','',0,1),
(6,6,'category','',3,1),
(7,7,'post_tag','',0,0),
(8,8,'pa_colour','',0,0),
(10,4,'category','A term in two taxonomies, as old versions made them',0,0);

--
-- Table structure for table `wp_term_relationships`
--

DROP TABLE IF EXISTS `wp_term_relationships`;
CREATE TABLE `wp_term_relationships` (
  `object_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `term_taxonomy_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `term_order` int(11) NOT NULL DEFAULT 0,
  PRIMARY KEY (`object_id`,`term_taxonomy_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_term_relationships`
--

INSERT INTO `wp_term_relationships` VALUES (7,6,0),
(7,3,0),
(7,4,0),
(11,1,0),
(20,5,0),
(99,1,0),
(10,1,0),
(7,99,0);

--
-- Table structure for table `wp_comments`
--

DROP TABLE IF EXISTS `wp_comments`;
CREATE TABLE `wp_comments` (
  `comment_ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `comment_post_ID` bigint(20) unsigned NOT NULL DEFAULT 0,
  `comment_author` tinytext NOT NULL,
  `comment_author_email` varchar(100) NOT NULL DEFAULT '',
  `comment_author_url` varchar(200) NOT NULL DEFAULT '',
  `comment_author_IP` varchar(100) NOT NULL DEFAULT '',
  `comment_date` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `comment_date_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `comment_content` text NOT NULL,
  `comment_karma` int(11) NOT NULL DEFAULT 0,
  `comment_approved` varchar(20) NOT NULL DEFAULT '1',
  `comment_agent` varchar(255) NOT NULL DEFAULT '',
  `comment_type` varchar(20) NOT NULL DEFAULT 'comment',
  `comment_parent` bigint(20) unsigned NOT NULL DEFAULT 0,
  `user_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`comment_ID`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_comments`
--

INSERT INTO `wp_comments` VALUES (1,7,'Wapuu','wapuu@example.net','https://wordpress.org/','192.0.2.7','2019-12-17 08:00:00','2019-12-17 08:00:00','Hi, this is a comment.\nIt has two lines.',0,'1','Mozilla/5.0','comment',0,0),
(2,7,'Ann','ann@example.org','http://','192.0.2.7','2019-12-17 08:00:00','2019-12-17 08:00:00','Thanks! Write to ann@example.org.',0,'1','Mozilla/5.0','comment',1,1),
(3,7,'Spam','spam@example.net','','192.0.2.7','2019-12-17 08:00:00','2019-12-17 08:00:00','Buy now',0,'spam','Mozilla/5.0','comment',0,0),
(4,7,'Other blog','','http://other.example.net/','192.0.2.7','2019-12-17 08:00:00','2019-12-17 08:00:00','[&#8230;] hello [&#8230;]',0,'1','Mozilla/5.0','pingback',0,0),
(5,11,'Ben','ben@example.org','','192.0.2.7','2019-12-17 08:00:00','2019-12-17 08:00:00','On a draft',0,'1','Mozilla/5.0','comment',0,2),
(6,99,'Ghost','ghost@example.net','','192.0.2.7','2019-12-17 08:00:00','2019-12-17 08:00:00','On nothing',0,'1','Mozilla/5.0','comment',0,0),
(7,12,'Ben','ben@example.org','','192.0.2.7','0000-00-00 00:00:00','0000-00-00 00:00:00','On a picture',0,'1','Mozilla/5.0','',0,2),
(8,7,'Held','held@example.net','','192.0.2.7','2019-12-17 08:00:00','2019-12-17 08:00:00','Wait',0,'0','Mozilla/5.0','comment',0,0),
(9,7,'Reply to spam','reply@example.net','','192.0.2.7','2019-12-17 08:00:00','2019-12-17 08:00:00','What?',0,'1','Mozilla/5.0','comment',3,0),
(10,7,'Shop','shop@example.net','','192.0.2.7','2019-12-17 08:00:00','2019-12-17 08:00:00','Paid',0,'1','Mozilla/5.0','order_note',0,0);

--
-- Table structure for table `wp_commentmeta`
--

DROP TABLE IF EXISTS `wp_commentmeta`;
CREATE TABLE `wp_commentmeta` (
  `meta_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `comment_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `meta_key` varchar(255) DEFAULT NULL,
  `meta_value` longtext DEFAULT NULL,
  PRIMARY KEY (`meta_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_commentmeta`
--

INSERT INTO `wp_commentmeta` VALUES (1,3,'akismet_result','true');

--
-- Table structure for table `wp_links`
--

DROP TABLE IF EXISTS `wp_links`;
CREATE TABLE `wp_links` (
  `link_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `link_url` varchar(255) NOT NULL DEFAULT '',
  `link_name` varchar(255) NOT NULL DEFAULT '',
  `link_image` varchar(255) NOT NULL DEFAULT '',
  `link_target` varchar(25) NOT NULL DEFAULT '',
  `link_description` varchar(255) NOT NULL DEFAULT '',
  `link_visible` varchar(20) NOT NULL DEFAULT 'Y',
  `link_owner` bigint(20) unsigned NOT NULL DEFAULT 1,
  `link_rating` int(11) NOT NULL DEFAULT 0,
  `link_updated` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `link_rel` varchar(255) NOT NULL DEFAULT '',
  `link_notes` mediumtext NOT NULL,
  `link_rss` varchar(255) NOT NULL DEFAULT '',
  PRIMARY KEY (`link_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_links`
--

INSERT INTO `wp_links` VALUES (1,'https://wordpress.org/','WordPress','','','','Y',1,0,'0000-00-00 00:00:00','','',''),
(2,'http://hidden.example.net/','Hidden','','','','N',1,0,'0000-00-00 00:00:00','','',''),
(3,'javascript:alert(1)','Odd','','','','Y',3,0,'0000-00-00 00:00:00','','','');

--
-- Table structure for table `wp_blogs`
--

DROP TABLE IF EXISTS `wp_blogs`;
CREATE TABLE `wp_blogs` (
  `blog_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `domain` varchar(200) NOT NULL DEFAULT '',
  `path` varchar(100) NOT NULL DEFAULT '',
  PRIMARY KEY (`blog_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_blogs`
--

INSERT INTO `wp_blogs` VALUES (1,'example.org','/'),
(2,'example.org','/news/'),
(3,'shop.example.org','/');

--
-- Table structure for table `wp_actionscheduler_logs`
--

DROP TABLE IF EXISTS `wp_actionscheduler_logs`;
CREATE TABLE `wp_actionscheduler_logs` (
  `log_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `message` text NOT NULL,
  PRIMARY KEY (`log_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_actionscheduler_logs`
--

INSERT INTO `wp_actionscheduler_logs` VALUES (1,'action created');

--
-- Table structure for table `wp_2_options`
--

DROP TABLE IF EXISTS `wp_2_options`;
CREATE TABLE `wp_2_options` (
  `option_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `option_name` varchar(191) NOT NULL DEFAULT '',
  `option_value` longtext NOT NULL,
  `autoload` varchar(20) NOT NULL DEFAULT 'yes',
  PRIMARY KEY (`option_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_2_options`
--

INSERT INTO `wp_2_options` VALUES (1,'siteurl','http://example.org/news','yes'),
(2,'home','http://example.org/news','yes'),
(3,'blogname','News','yes'),
(4,'permalink_structure','/%category%/%postname%/','yes'),
(5,'category_base','/topics','yes'),
(6,'tag_base','labels','yes'),
(7,'secure_auth_salt','s4ltOfSite20000000000000000000000','yes');

--
-- Table structure for table `wp_2_posts`
--

DROP TABLE IF EXISTS `wp_2_posts`;
CREATE TABLE `wp_2_posts` (
  `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `post_author` bigint(20) unsigned NOT NULL DEFAULT 0,
  `post_date` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_date_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_content` longtext NOT NULL,
  `post_title` text NOT NULL,
  `post_excerpt` text NOT NULL,
  `post_status` varchar(20) NOT NULL DEFAULT 'publish',
  `comment_status` varchar(20) NOT NULL DEFAULT 'open',
  `ping_status` varchar(20) NOT NULL DEFAULT 'open',
  `post_password` varchar(255) NOT NULL DEFAULT '',
  `post_name` varchar(200) NOT NULL DEFAULT '',
  `to_ping` text NOT NULL,
  `pinged` text NOT NULL,
  `post_modified` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_modified_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_content_filtered` longtext NOT NULL,
  `post_parent` bigint(20) unsigned NOT NULL DEFAULT 0,
  `guid` varchar(255) NOT NULL DEFAULT '',
  `menu_order` int(11) NOT NULL DEFAULT 0,
  `post_type` varchar(20) NOT NULL DEFAULT 'post',
  `post_mime_type` varchar(100) NOT NULL DEFAULT '',
  `comment_count` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`ID`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_2_posts`
--

INSERT INTO `wp_2_posts` VALUES (7,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','Welcome to News','Hello world!','','publish','open','open','','hello-world','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=7',0,'post','',0),
(12,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Chart','','inherit','open','open','','chart','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=12',0,'attachment','image/png',0);

--
-- Table structure for table `wp_2_postmeta`
--

DROP TABLE IF EXISTS `wp_2_postmeta`;
CREATE TABLE `wp_2_postmeta` (
  `meta_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `post_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `meta_key` varchar(255) DEFAULT NULL,
  `meta_value` longtext DEFAULT NULL,
  PRIMARY KEY (`meta_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_2_postmeta`
--

INSERT INTO `wp_2_postmeta` VALUES (1,12,'_wp_attached_file','chart.png');

--
-- Table structure for table `wp_2_terms`
--

DROP TABLE IF EXISTS `wp_2_terms`;
CREATE TABLE `wp_2_terms` (
  `term_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(200) NOT NULL DEFAULT '',
  `slug` varchar(200) NOT NULL DEFAULT '',
  `term_group` bigint(10) NOT NULL DEFAULT 0,
  PRIMARY KEY (`term_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_2_terms`
--

INSERT INTO `wp_2_terms` VALUES (1,'Regatta','regatta',0),
(2,'Sail','sail',0);

--
-- Table structure for table `wp_2_term_taxonomy`
--

DROP TABLE IF EXISTS `wp_2_term_taxonomy`;
CREATE TABLE `wp_2_term_taxonomy` (
  `term_taxonomy_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `term_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `taxonomy` varchar(32) NOT NULL DEFAULT '',
  `description` longtext NOT NULL,
  `parent` bigint(20) unsigned NOT NULL DEFAULT 0,
  `count` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`term_taxonomy_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_2_term_taxonomy`
--

INSERT INTO `wp_2_term_taxonomy` VALUES (1,1,'category','',0,1),
(2,2,'post_tag','',0,1);

--
-- Table structure for table `wp_2_term_relationships`
--

DROP TABLE IF EXISTS `wp_2_term_relationships`;
CREATE TABLE `wp_2_term_relationships` (
  `object_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `term_taxonomy_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `term_order` int(11) NOT NULL DEFAULT 0,
  PRIMARY KEY (`object_id`,`term_taxonomy_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_2_term_relationships`
--

INSERT INTO `wp_2_term_relationships` VALUES (7,1,0),
(7,2,0);

--
-- Table structure for table `wp_2_comments`
--

DROP TABLE IF EXISTS `wp_2_comments`;
CREATE TABLE `wp_2_comments` (
  `comment_ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `comment_post_ID` bigint(20) unsigned NOT NULL DEFAULT 0,
  `comment_author` tinytext NOT NULL,
  `comment_author_email` varchar(100) NOT NULL DEFAULT '',
  `comment_author_url` varchar(200) NOT NULL DEFAULT '',
  `comment_author_IP` varchar(100) NOT NULL DEFAULT '',
  `comment_date` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `comment_date_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `comment_content` text NOT NULL,
  `comment_karma` int(11) NOT NULL DEFAULT 0,
  `comment_approved` varchar(20) NOT NULL DEFAULT '1',
  `comment_agent` varchar(255) NOT NULL DEFAULT '',
  `comment_type` varchar(20) NOT NULL DEFAULT 'comment',
  `comment_parent` bigint(20) unsigned NOT NULL DEFAULT 0,
  `user_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`comment_ID`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_2_comments`
--

INSERT INTO `wp_2_comments` VALUES (1,7,'Wapuu','wapuu@example.net','','192.0.2.7','2019-12-17 08:00:00','2019-12-17 08:00:00','Hi, News',0,'1','Mozilla/5.0','comment',0,0);

--
-- Table structure for table `wp_3_options`
--

DROP TABLE IF EXISTS `wp_3_options`;
CREATE TABLE `wp_3_options` (
  `option_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `option_name` varchar(191) NOT NULL DEFAULT '',
  `option_value` longtext NOT NULL,
  `autoload` varchar(20) NOT NULL DEFAULT 'yes',
  PRIMARY KEY (`option_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_3_options`
--

INSERT INTO `wp_3_options` VALUES (1,'siteurl','https://shop.example.org','yes'),
(2,'home','https://shop.example.org','yes'),
(3,'blogname','Shop','yes'),
(4,'permalink_structure','/archives/%post_id%','yes'),
(5,'secure_auth_salt','s4ltOfSite30000000000000000000000','yes');

--
-- Table structure for table `wp_3_posts`
--

DROP TABLE IF EXISTS `wp_3_posts`;
CREATE TABLE `wp_3_posts` (
  `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `post_author` bigint(20) unsigned NOT NULL DEFAULT 0,
  `post_date` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_date_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_content` longtext NOT NULL,
  `post_title` text NOT NULL,
  `post_excerpt` text NOT NULL,
  `post_status` varchar(20) NOT NULL DEFAULT 'publish',
  `comment_status` varchar(20) NOT NULL DEFAULT 'open',
  `ping_status` varchar(20) NOT NULL DEFAULT 'open',
  `post_password` varchar(255) NOT NULL DEFAULT '',
  `post_name` varchar(200) NOT NULL DEFAULT '',
  `to_ping` text NOT NULL,
  `pinged` text NOT NULL,
  `post_modified` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_modified_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_content_filtered` longtext NOT NULL,
  `post_parent` bigint(20) unsigned NOT NULL DEFAULT 0,
  `guid` varchar(255) NOT NULL DEFAULT '',
  `menu_order` int(11) NOT NULL DEFAULT 0,
  `post_type` varchar(20) NOT NULL DEFAULT 'post',
  `post_mime_type` varchar(100) NOT NULL DEFAULT '',
  `comment_count` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`ID`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_3_posts`
--

INSERT INTO `wp_3_posts` VALUES (7,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','Welcome to Shop','Hello world!','','publish','open','open','','hello-world','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=7',0,'post','',0),
(12,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Chart','','inherit','open','open','','chart','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=12',0,'attachment','image/png',0);

--
-- Table structure for table `wp_3_postmeta`
--

DROP TABLE IF EXISTS `wp_3_postmeta`;
CREATE TABLE `wp_3_postmeta` (
  `meta_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `post_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `meta_key` varchar(255) DEFAULT NULL,
  `meta_value` longtext DEFAULT NULL,
  PRIMARY KEY (`meta_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_3_postmeta`
--

INSERT INTO `wp_3_postmeta` VALUES (1,12,'_wp_attached_file','chart.png');

--
-- Table structure for table `wp_3_terms`
--

DROP TABLE IF EXISTS `wp_3_terms`;
CREATE TABLE `wp_3_terms` (
  `term_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(200) NOT NULL DEFAULT '',
  `slug` varchar(200) NOT NULL DEFAULT '',
  `term_group` bigint(10) NOT NULL DEFAULT 0,
  PRIMARY KEY (`term_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_3_terms`
--

INSERT INTO `wp_3_terms` VALUES (1,'Regatta','regatta',0),
(2,'Sail','sail',0);

--
-- Table structure for table `wp_3_term_taxonomy`
--

DROP TABLE IF EXISTS `wp_3_term_taxonomy`;
CREATE TABLE `wp_3_term_taxonomy` (
  `term_taxonomy_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `term_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `taxonomy` varchar(32) NOT NULL DEFAULT '',
  `description` longtext NOT NULL,
  `parent` bigint(20) unsigned NOT NULL DEFAULT 0,
  `count` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`term_taxonomy_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_3_term_taxonomy`
--

INSERT INTO `wp_3_term_taxonomy` VALUES (1,1,'category','',0,1),
(2,2,'post_tag','',0,1);

--
-- Table structure for table `wp_3_term_relationships`
--

DROP TABLE IF EXISTS `wp_3_term_relationships`;
CREATE TABLE `wp_3_term_relationships` (
  `object_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `term_taxonomy_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `term_order` int(11) NOT NULL DEFAULT 0,
  PRIMARY KEY (`object_id`,`term_taxonomy_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_3_term_relationships`
--

INSERT INTO `wp_3_term_relationships` VALUES (7,1,0),
(7,2,0);

--
-- Table structure for table `wp_3_comments`
--

DROP TABLE IF EXISTS `wp_3_comments`;
CREATE TABLE `wp_3_comments` (
  `comment_ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `comment_post_ID` bigint(20) unsigned NOT NULL DEFAULT 0,
  `comment_author` tinytext NOT NULL,
  `comment_author_email` varchar(100) NOT NULL DEFAULT '',
  `comment_author_url` varchar(200) NOT NULL DEFAULT '',
  `comment_author_IP` varchar(100) NOT NULL DEFAULT '',
  `comment_date` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `comment_date_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `comment_content` text NOT NULL,
  `comment_karma` int(11) NOT NULL DEFAULT 0,
  `comment_approved` varchar(20) NOT NULL DEFAULT '1',
  `comment_agent` varchar(255) NOT NULL DEFAULT '',
  `comment_type` varchar(20) NOT NULL DEFAULT 'comment',
  `comment_parent` bigint(20) unsigned NOT NULL DEFAULT 0,
  `user_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`comment_ID`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `wp_3_comments`
--

INSERT INTO `wp_3_comments` VALUES (1,7,'Wapuu','wapuu@example.net','','192.0.2.7','2019-12-17 08:00:00','2019-12-17 08:00:00','Hi, Shop',0,'1','Mozilla/5.0','comment',0,0);

--
-- Table structure for table `old_users`
--

DROP TABLE IF EXISTS `old_users`;
CREATE TABLE `old_users` (
  `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `user_login` varchar(60) NOT NULL DEFAULT '',
  `user_pass` varchar(255) NOT NULL DEFAULT '',
  `user_nicename` varchar(50) NOT NULL DEFAULT '',
  `user_email` varchar(100) NOT NULL DEFAULT '',
  `user_url` varchar(100) NOT NULL DEFAULT '',
  `user_registered` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `user_activation_key` varchar(255) NOT NULL DEFAULT '',
  `user_status` int(11) NOT NULL DEFAULT 0,
  `display_name` varchar(250) NOT NULL DEFAULT '',
  `spam` tinyint(2) NOT NULL DEFAULT 0,
  `deleted` tinyint(2) NOT NULL DEFAULT 0,
  PRIMARY KEY (`ID`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `old_users`
--

INSERT INTO `old_users` VALUES (1,'admin','$P$BoldHashOldHashOldHashOldHash0','admin','old@example.org','','0000-00-00 00:00:00','',0,'admin',0,0);

--
-- Table structure for table `old_posts`
--

DROP TABLE IF EXISTS `old_posts`;
CREATE TABLE `old_posts` (
  `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `post_author` bigint(20) unsigned NOT NULL DEFAULT 0,
  `post_date` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_date_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_content` longtext NOT NULL,
  `post_title` text NOT NULL,
  `post_excerpt` text NOT NULL,
  `post_status` varchar(20) NOT NULL DEFAULT 'publish',
  `comment_status` varchar(20) NOT NULL DEFAULT 'open',
  `ping_status` varchar(20) NOT NULL DEFAULT 'open',
  `post_password` varchar(255) NOT NULL DEFAULT '',
  `post_name` varchar(200) NOT NULL DEFAULT '',
  `to_ping` text NOT NULL,
  `pinged` text NOT NULL,
  `post_modified` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_modified_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `post_content_filtered` longtext NOT NULL,
  `post_parent` bigint(20) unsigned NOT NULL DEFAULT 0,
  `guid` varchar(255) NOT NULL DEFAULT '',
  `menu_order` int(11) NOT NULL DEFAULT 0,
  `post_type` varchar(20) NOT NULL DEFAULT 'post',
  `post_mime_type` varchar(100) NOT NULL DEFAULT '',
  `comment_count` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`ID`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `old_posts`
--

INSERT INTO `old_posts` VALUES (1,1,'2019-12-16 15:30:18','2019-12-16 15:30:18','','Old','','publish','open','open','','old','','','2019-12-16 15:30:18','2019-12-16 15:30:18','',0,'http://example.org/?p=1',0,'post','',0);

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;

-- Dump completed on 2026-01-31 12:00:00
